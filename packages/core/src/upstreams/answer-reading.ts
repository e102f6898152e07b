import type { GatewayError, UpstreamAnswer } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { JobReport } from '../protocol/job.ts';
import type { Usage } from '../protocol/usage.ts';
import type { RelayFormat } from '../stream/relay.ts';

/** What has come of a stream while the caller has seen nothing of it yet. */
export type Opening =
  /** Nothing that the caller would miss. */
  | { readonly kind: 'hold' }
  /** Content, or a proper end: the stream may be shown. */
  | { readonly kind: 'commit' }
  /** The provider reports an error in place of an answer. */
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'garbage' };

/** An error of the upstream's, in the caller's words. */
export interface Problem {
  /** What it means for another attempt, as the status of HTTP. */
  readonly status: number;
  readonly answer: UpstreamAnswer;
  /** Milliseconds, where the body says them. */
  readonly retryAfter?: number;
}

/** A whole answer as the caller gets it, or the error that stands in its place. */
export type WholeReading = WholeAnswer | Problem;

export interface WholeAnswer {
  readonly body: Buffer;
  readonly usage: Usage | undefined;
  /** Content type, where it is not the upstream's. */
  readonly type?: string | undefined;
  /** See `Answer.job`. */
  readonly report?: JobReport | undefined;
}

/** What is done to a stream on its way, with what was read of it. */
export interface StreamReading extends RelayFormat {
  readonly usage: Usage | undefined;
  /** About how many tokens of output came so far, for one that was not told of all of them; left out where that cannot be said. */
  estimateOutput?(): number;
}

/** How the answer to one call is read: from the upstream's dialect into the caller's. */
export interface AnswerReading {
  /** The caller gets the upstream's own bytes: an answer too large to be held can pass all the same. */
  readonly passesBytes: boolean;
  /** Content type of the upstream's streams. */
  readonly streamType: string;
  /** What the caller is told of the stream's type; undefined: what the upstream says. */
  readonly sentType: string | undefined;
  /** Names of what the upstream was not told, because its dialect has no words for it. */
  readonly dropped: readonly string[];
  /** What will be made in place of what was asked for, in words. */
  readonly adjusted?: readonly string[];
  /** Bytes of a whole answer that are held; by default as many as a conversation may have. */
  readonly limit?: number;
  /** Whether answers of this type, which are neither JSON nor events, are taken; they pass as they come. Default: none. */
  takesBytes?(type: string): boolean;
  /** Whether a whole answer may be of this type, which is not JSON. Default: it may not. */
  takesWhole?(type: string): boolean;
  /** Of a header that is no other answer's: what of it may be seen. Default: nothing. */
  pickHeaders?(headers: Readonly<Record<string, string | string[] | undefined>>): HeaderMap;
  /** Whoever reads the answer has the upstream's errors in its own words, whatever their status. */
  readonly passesErrors?: boolean;
  /** Whether a body of JSON that begins so is a stream: Google has a form of its own. */
  isStream(beginning: Buffer): boolean;
  /** Is given each piece of a stream once, until one commits. */
  openStream(): (chunk: Buffer) => Opening;
  /**
   * Is given all of the stream, from its first byte. `broken` makes the error of a stream that is not what it should be.
   * `isShown`: what is read goes to the caller; otherwise it is only tried.
   */
  readStream(broken: (reason: string) => GatewayError, isShown: boolean): StreamReading;
  /** `headers`: of the upstream. @throws GatewayError for what is no answer. */
  readWhole(
    body: Buffer,
    broken: (reason: string) => GatewayError,
    headers: HeaderMap,
  ): WholeReading | Promise<WholeReading>;
  readError(status: number, headers: HeaderMap, body: Buffer): Problem;
}
