import type { HeaderMap } from './answer.ts';
import type { ChatRequest } from './chat-request.ts';
import type { ChatDialect } from './content.ts';
import type { Principal } from './principal.ts';

/** What is asked for, whichever dialect it came in. */
export type Operation = 'chat' | 'completions' | 'embeddings';

/** The wire format of a request and of its answer; completions and embeddings are OpenAI's only. */
export type Dialect = ChatDialect;

/** A half-open range of bytes in a body. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a verbatim body may be changed: the model name always, the usage option of a stream.
 * `usageOption` is the text to put into `span` so that the provider reports usage; absent where it does so already.
 */
export interface SplicePoints {
  /** Absent where the path names the model. */
  readonly model?: Span;
  readonly usageOption?: { readonly span: Span; readonly text: string };
}

/** One request: an envelope that is cheap to read around a body that is left alone. */
export interface Call {
  readonly operation: Operation;
  readonly dialect: Dialect;
  /** As the caller named it. */
  readonly model: string;
  readonly stream: boolean;
  /** The caller asked for a usage chunk at the end of the stream. */
  readonly wantsUsage: boolean;
  /** Answers asked for side by side: OpenAI's `n`. */
  readonly choices: number;
  /** Caller's headers that an upstream may see. */
  readonly headers: HeaderMap;
  readonly splice: SplicePoints;
  /** The caller's bytes; empty after `release()`. */
  readonly bytes: Uint8Array;
  /** The stream is wanted in the dialect's other form: Gemini's JSON array in place of events. */
  readonly wantsArray: boolean;
  /**
   * The question in no vendor's words, for an upstream of another dialect; read once, when somebody needs it.
   *
   * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
   */
  canonical(): ChatRequest;
  /** Lets go of the body once no attempt can follow, so that a long stream does not hold it. */
  release(): void;
}

/** One place that can answer: an upstream and the name it has for the model. */
export interface TargetName {
  /** The upstream's name in the options. */
  readonly upstream: string;
  /** The model's name at that upstream. */
  readonly model: string;
}

/** What layers and events know about the request they see. */
export interface RequestFacts {
  readonly id: string;
  readonly principal: Principal | undefined;
  readonly operation: Operation;
  readonly model: string;
  readonly stream: boolean;
}
