import type { GatewayError, UpstreamAnswer } from '../errors.ts';
import type { HeaderMap } from '../protocol/answer.ts';
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
export type WholeReading = { readonly body: Buffer; readonly usage: Usage | undefined } | Problem;

/** What is done to a stream on its way, with what was read of it. */
export interface StreamReading extends RelayFormat {
  readonly usage: Usage | undefined;
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
  /** Whether a body of JSON that begins so is a stream: Google has a form of its own. */
  isStream(beginning: Buffer): boolean;
  /** Is given each piece of a stream once, until one commits. */
  openStream(): (chunk: Buffer) => Opening;
  /**
   * Is given all of the stream, from its first byte. `broken` makes the error of a stream that is not what it should be.
   * `isShown`: what is read goes to the caller; otherwise it is only tried.
   */
  readStream(broken: (reason: string) => GatewayError, isShown: boolean): StreamReading;
  /** @throws GatewayError for what is no answer. */
  readWhole(body: Buffer, broken: (reason: string) => GatewayError): WholeReading;
  readError(status: number, headers: HeaderMap, body: Buffer): Problem;
}
