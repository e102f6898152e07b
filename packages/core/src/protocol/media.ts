import type { RelayFormat } from '../stream/relay.ts';
import type { ProviderError } from './chat-answer.ts';
import type { HeaderMap } from './header-map.ts';
import type { JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/** Kinds of media that are asked for, whichever vendor makes them. `video` is always a job; an image may be one. */
export type MediaOperation = (typeof mediaOperations)[number];

export const mediaOperations = [
  'embeddings',
  'rerank',
  'moderations',
  'images',
  'image-edits',
  'image-variations',
  'speech',
  'transcriptions',
  'translations',
  'video',
] as const;

const known: ReadonlySet<string> = new Set(mediaOperations);

export function isMedia(operation: string): operation is MediaOperation {
  return known.has(operation);
}

/** A file that a caller has sent with a form. It can be read more than once, until the request is over. */
export interface UploadedFile {
  /** As the caller says, for a form that goes on to an upstream; never a path of ours. */
  readonly name: string;
  /** Media type, as the caller says; `application/octet-stream` where it does not. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Its first bytes, up to 4,096: they tell what it is. */
  readonly start: Uint8Array;
  /** From the first byte. */
  open(): AsyncIterable<Uint8Array>;
}

/** A form: `multipart/form-data`, in the order that it came in. */
export interface Form {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly (readonly [name: string, file: UploadedFile])[];
}

/** What goes to an upstream. */
export type MediaBody = { readonly json: JsonObject } | { readonly form: Form };

/** A request in a vendor's words. */
export type RenderedMedia = MediaBody & {
  /** Names of what the vendor has no words for, in OpenAI's. */
  readonly dropped: readonly string[];
  /** What stands behind the upstream's address for the operation, where that hangs on what is asked. */
  readonly below?: string;
  /** What was asked for and what will be made instead, for `x-vector-adjusted`: `seconds: 10 -> 8`. */
  readonly adjusted?: readonly string[];
};

/** A whole answer of an upstream's, whose status is a good one. */
export interface MediaAnswer {
  readonly headers: HeaderMap;
  readonly body: Buffer;
}

/** What an upstream's bytes become on their way to the caller, and what they told. */
export interface MediaStream extends RelayFormat {
  readonly usage: Usage | undefined;
}

/**
 * How one vendor is asked for one kind of media, and how its answer is read. `Request` and `Result` are the family's neutral
 * forms. No I/O, but that files of the caller's are read for a vendor who takes them in JSON.
 */
export interface MediaFormat<Request, Result> {
  /**
   * @throws GatewayError `VE_PARAMETER_INVALID` that names the parameter and the values allowed; `VE_PARAMETER_UNSUPPORTED`
   */
  renderRequest(request: Request, model: string): RenderedMedia | Promise<RenderedMedia>;
  /** How many are made at once at most, where more can be asked for: more are asked for in several calls. Left out: any number. */
  most?(model: string): number;
  /** @throws GatewayError `VE_UPSTREAM_PROTOCOL` for what is no answer */
  parseAnswer(answer: MediaAnswer, request: Request): Result;
  /** Answers that flow. Undefined for a vendor that answers as a whole only. */
  readonly streaming?: {
    /** Whether the request is one for such an answer. `model`: the target's, whatever the caller calls it. */
    asks(request: Request, model: string): boolean;
    /** The content type that the caller is told; undefined: as the upstream says. */
    readonly sentType?: (request: Request) => string | undefined;
    /** From the upstream's bytes to the caller's. */
    open(request: Request): MediaStream;
  };
  /** Whether a whole answer of this content type, which is not JSON, is what was asked for. Default: none is. */
  takesType?(type: string, request: Request): boolean;
  /** In place of how the upstream's dialect reads errors. */
  parseError?(status: number, headers: HeaderMap, body: JsonObject | undefined): ProviderError;
}

/** A whole answer for the caller. */
export interface RenderedAnswer {
  /** Content type. */
  readonly type: string;
  readonly body: Buffer;
}

/** How callers ask for one kind of media, and how they are answered: OpenAI's form, or the one that its field has agreed on. */
export interface MediaFamily<Request, Result> {
  /**
   * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
   */
  parseRequest(body: MediaBody): Request;
  renderAnswer(
    result: Result,
    request: Request,
    context: MediaContext,
  ): RenderedAnswer | Promise<RenderedAnswer>;
  usageOf(result: Result, request: Request): Usage | undefined;
  /** The same wish in several, none of which is for more than `most`; left out where it cannot be told apart. */
  split?(request: Request, most: number): readonly Request[];
  /** The JSON of all the answers to them, in one. */
  join?(bodies: readonly JsonObject[]): JsonObject;
}

/** What an answer needs beside the result. */
export interface MediaContext {
  /** As the caller named it. */
  readonly model: string;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Keeps bytes for a while, and returns the address at which anybody who is told it can have them. */
  link(bytes: Uint8Array, type: string): Promise<string>;
  /** What is at an address that an upstream has named. @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
  fetch(url: string): Promise<Download>;
}

export interface Download {
  readonly type: string;
  readonly body: Buffer;
}
