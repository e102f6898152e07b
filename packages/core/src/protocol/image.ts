import type { JsonObject } from './json.ts';
import type { UploadedFile } from './media.ts';
import type { Usage } from './usage.ts';

/** What the caller calls `size`, in its own words and understood. */
export type ImageSize = { readonly text: string } & (
  | { readonly kind: 'auto' }
  | { readonly kind: 'pixels'; readonly width: number; readonly height: number }
  /** Width to height: `16:9`. */
  | { readonly kind: 'ratio'; readonly ratio: string }
  /** About how many pixels a side of a square would have: `2K`. */
  | { readonly kind: 'class'; readonly class: string }
);

/** A picture that the caller gives. */
export type InputImage =
  | { readonly kind: 'file'; readonly file: UploadedFile }
  /** `data`: Base64; `type`: its media type, where the caller tells. */
  | { readonly kind: 'data'; readonly type: string | undefined; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  /** At the upstream's own files. */
  | { readonly kind: 'file-id'; readonly id: string };

/** A wish for images in no vendor's words. What is left out, the caller did not say. */
export interface ImageRequest {
  readonly operation: 'images' | 'image-edits' | 'image-variations';
  /** As the caller named it. */
  readonly model: string;
  /** Empty for variations. */
  readonly prompt: string;
  /** What a chat model has made of the caller's prompt, where it stands in its place. */
  readonly revisedPrompt?: string;
  /** How many. */
  readonly n?: number;
  readonly size?: ImageSize;
  /** Width to height, like `16:9`; it goes before that of `size`. */
  readonly aspectRatio?: string;
  /** Like `2K`, as the caller wrote it; it goes before that of `size`. */
  readonly resolution?: string;
  readonly quality?: string;
  readonly style?: string;
  readonly background?: string;
  readonly outputFormat?: string;
  /** Per cent. */
  readonly outputCompression?: number;
  /** How the caller wants the pictures, whoever makes them; as they come if left out. */
  readonly delivery?: 'url' | 'b64_json';
  readonly moderation?: string;
  readonly user?: string;
  readonly stream: boolean;
  readonly partialImages?: number;
  readonly inputFidelity?: string;
  /** What to change. */
  readonly images: readonly InputImage[];
  readonly mask?: InputImage;
  /** Files with other names, which only one vendor knows. */
  readonly files: readonly (readonly [name: string, file: UploadedFile])[];
  /** Parameters that OpenAI has for none of its models, or for a few, as the caller gave them. */
  readonly extra?: JsonObject;
}

/** A picture that was made. */
export interface MadeImage {
  /** Base64, or where it is. */
  readonly data?: string;
  readonly url?: string;
  /** Media type, where it is told. */
  readonly type?: string;
  /** What the vendor wrote in place of the prompt. */
  readonly revisedPrompt?: string;
}

/** A picture that was withheld, by its place among those asked for, as far as that is known, and why. */
export interface FilteredImage {
  readonly index: number;
  readonly reason: string;
}

export interface ImageResult {
  /** At least one. */
  readonly images: readonly MadeImage[];
  readonly filtered: readonly FilteredImage[];
  /** Seconds since the epoch. */
  readonly created?: number;
  readonly background?: string;
  readonly outputFormat?: string;
  readonly quality?: string;
  readonly size?: string;
  readonly usage?: Usage;
  /** The same in OpenAI's words, where the vendor has told it so. */
  readonly wireUsage?: JsonObject;
  /** What else OpenAI says of its answer. */
  readonly extra?: JsonObject;
}
