import type { HeaderMap } from './header-map.ts';
import type { JsonObject } from './json.ts';
import type { MediaAnswer, RenderedMedia } from './media.ts';
import type { Usage } from './usage.ts';

/** What a video is asked to be; undefined: as the upstream likes. Numbers are checked, whatever face they came through. */
export interface VideoRequest {
  readonly prompt: string;
  /** What the caller wrote, where `prompt` says more: then `prompt` is told as `revised_prompt`. */
  readonly originalPrompt: string | undefined;
  /** Length. */
  readonly seconds: number | undefined;
  /** Pixels; both or neither. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Width to height, like `16:9`; it goes before that of `width` and `height`. */
  readonly aspectRatio: string | undefined;
  /** Lines of the shorter side, like `720p`, or `4k`; it goes before that of `width` and `height`. */
  readonly resolution: string | undefined;
  /** How many. */
  readonly n: number | undefined;
  /** The official face answers 400 where an upstream cannot do exactly this; the others take the nearest. */
  readonly isExact: boolean;
  /** The picture that it begins with. */
  readonly image: Picture | undefined;
  /** The finished video that this one changes. */
  readonly remixOf: JobHandle | undefined;
  /** Words of a vendor's own (`negative_prompt`, `seed`, `quality`), as the caller gave them. */
  readonly extra: JsonObject;
}

/** A picture that takes its time, as it is asked for: an `ImageRequest` whose pictures are at hand. */
export interface ImageJobRequest {
  readonly prompt: string;
  /** Pixels; both or neither. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Width to height, like `16:9`; it goes before that of `width` and `height`. */
  readonly aspectRatio: string | undefined;
  /** Pictures that it is made after. */
  readonly images: readonly PictureBytes[];
  /** How many. */
  readonly n: number | undefined;
  /** As in `VideoRequest`. */
  readonly extra: JsonObject;
}

export interface PictureBytes {
  readonly bytes: Buffer;
  /** Media type. */
  readonly type: string;
}

/** A picture, by its bytes or by where it is. */
export type Picture =
  | PictureBytes
  | { readonly url: string }
  /** At the upstream's own files. */
  | { readonly fileId: string };

/**
 * How callers see a job: `videos` as OpenAI's Videos API, `tasks` as the tasks of aggregators, `images` as a call for an image
 * that takes its time.
 */
export type JobFace = 'videos' | 'tasks' | 'images';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed';

/** What an upstream says of a job. */
export interface JobReport {
  /** The upstream's name for it; in the answer to its creation, unless it has failed at once. */
  readonly id?: string;
  readonly state: JobState;
  /** 0 to 100, where it is told. */
  readonly progress?: number;
  /** Of what failed. `filtered`: by the upstream's own safety filter. */
  readonly error?: { readonly code: string; readonly message: string; readonly filtered?: boolean };
  /** Of what succeeded. */
  readonly results?: readonly JobResult[];
  /** A picture of how far it has come, where it is shown. */
  readonly preview?: string;
  /** Milliseconds since the epoch at which the upstream forgets the result. */
  readonly expiresAt?: number;
  /** What the upstream wrote in place of the prompt. */
  readonly revisedPrompt?: string;
  /** As the upstream counted it. */
  readonly usage?: Usage;
}

/** A file that a job has made; where it is, or what it is. */
export interface JobResult {
  /** Absolute, as the upstream told it; it may need the upstream's key. Never shown to a caller. */
  readonly url?: string;
  /** Base64. */
  readonly data?: string;
  readonly type?: string;
  readonly seconds?: number;
  readonly width?: number;
  readonly height?: number;
}

/** A request about a job, to the upstream that has it. */
export interface JobCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the upstream's base URL. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** What is known of a job by whoever asks about it. */
export interface JobHandle {
  /** The upstream's name for it. */
  readonly id: string;
  /** The model's name at the upstream. */
  readonly model: string;
  readonly results: readonly JobResult[];
}

/** Where a file is: at the upstream, elsewhere by its address, or in the report already. */
export type JobContent = { readonly call: JobCall } | { readonly result: JobResult };

/** Which file of a finished job; `video` is what was asked for, a picture too. */
export type JobVariant = 'video' | 'thumbnail' | 'spritesheet';

/** How one vendor makes what takes longer than a request: created, asked about, fetched. Pure functions: no I/O. */
export interface JobFormat<Request> {
  /** Where it is created, below the upstream's base URL; left out: where the upstream has the operation. */
  readonly createPath?: string;
  /** A picture may be told by its address. Else it is fetched before, for `renderRequest` to be given its bytes. */
  readonly takesAddresses?: boolean;
  /** How long the upstream keeps a result, where it does not tell: milliseconds. */
  readonly keepsFor?: number;
  /**
   * @throws GatewayError `VE_PARAMETER_INVALID` that names the parameter and the values allowed; `VE_PARAMETER_UNSUPPORTED`
   */
  renderRequest(request: Request, model: string): RenderedMedia;
  /**
   * What is made in the end, where that is known before: for the price, and for what callers are told.
   *
   * @throws GatewayError as `renderRequest`
   */
  plan(request: Request, model: string): JobPlan;
  /** How far that is from what was asked for: 0 is just that, and nearer is better. Left out: 0, always. */
  distance?(request: Request, model: string): number;
  /** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
  parseCreated(answer: MediaAnswer): JobReport;
  status(job: JobHandle): JobCall;
  /** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
  parseStatus(answer: MediaAnswer): JobReport;
  /** Where a file of it is; `index`: of which result, from 0, which is the default. Undefined: there is no such file. */
  content(job: JobHandle, variant: JobVariant, index?: number): JobContent | undefined;
  /** How it is deleted at the upstream; undefined where it cannot be. */
  remove?(job: JobHandle): JobCall;
  /** How one that is under way is given up at the upstream; left out where it cannot be. */
  cancel?(job: JobHandle): JobCall;
  /** Whether what the upstream answers to that says that it is given up. Left out: any answer but an error does. */
  isCancelled?(answer: MediaAnswer): boolean;
  /**
   * What a webhook of the vendor's says: of which job, and what; without a report the upstream is to be asked. Undefined:
   * nothing that matters.
   *
   * @throws GatewayError `VE_UNAUTHENTICATED` for a signature that is wrong, old or missing, or where no secret is configured
   */
  parseWebhook?(hook: Webhook): { readonly id: string; readonly report: JobReport | undefined } | undefined;
}

/** A request of a vendor's to tell that a job is over. */
export interface Webhook {
  readonly headers: HeaderMap;
  readonly body: Buffer;
  /** As the operator configured it. */
  readonly secret: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface JobPlan {
  readonly seconds: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** How many; left out: one. */
  readonly n?: number;
  /** As `RenderedMedia.adjusted`. */
  readonly adjusted: readonly string[];
}
