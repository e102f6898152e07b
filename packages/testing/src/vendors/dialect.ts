import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { ReplyPart } from '../replies/compose-reply.ts';
import type { JsonObject } from '../wire/read-json.ts';
import type { MediaHandler } from './media/media-question.ts';

/** Everything in which a vendor's OpenAI-style API differs from the others, as data and small pure functions. */
export interface Dialect {
  readonly name: string;
  /** Where the API is mounted; the first is the one that `baseURL` names. */
  readonly basePaths: readonly string[];
  /** Has the Responses API beside chat completions. */
  readonly hasResponses: boolean;
  /** What it makes beside text, and who does. */
  readonly media: Readonly<Partial<Record<MediaOperation, MediaHandler>>>;
  /** Served when a test names none. */
  readonly models: readonly string[];
  /** Where reasoning is shown in messages and deltas; undefined where it is only counted. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | 'thinking-parts' | undefined;
  /** Which models think without being told to. */
  readonly reasoningModels: RegExp;
  readonly stream: StreamHabits;
  /** The name that answers carry: vendors turn aliases into dated snapshots. */
  nameAnswer(model: string): string;
  /** `seed` differs for every request. */
  makeId(seed: string): string;
  makeToolCallId(seed: string): string;
  /** Undefined leaves the field out. */
  fingerprint(model: string): string | null | undefined;
  usage(tokens: TokenCounts): JsonObject;
  /** The message of a whole answer. */
  message(message: JsonObject): JsonObject;
  /** The last word on a whole answer. */
  whole(answer: JsonObject, facts: AnswerFacts): JsonObject;
  readKey(headers: IncomingHttpHeaders): string | undefined;
  /** Headers of every answer. */
  headers(facts: HeaderFacts): OutgoingHttpHeaders;
  wordError(complaint: Complaint): WordedError;
  /** The JSON of an error inside a stream. */
  streamError(model: string): JsonObject;
}

/** How a vendor streams chat completions. */
interface StreamHabits {
  /**
   * `own-chunk`: a chunk with `choices: []`; `own-chunk-with-choice`: a chunk with an empty delta after the finish
   * chunk; `finish-chunk`: at the top of the finish chunk; `finish-choice`: inside the finish chunk's choice.
   */
  readonly usage: 'own-chunk' | 'own-chunk-with-choice' | 'finish-chunk' | 'finish-choice';
  /** Usage comes without `stream_options.include_usage`. */
  readonly usageUnasked: boolean;
  /** The other chunks carry `"usage": null` when usage was asked for. */
  readonly nullUsage: boolean;
  /** The last piece of the answer travels in the finish chunk. */
  readonly finishWithLast: boolean;
  /** A tool call's name and arguments come in one piece. */
  readonly wholeToolCalls: boolean;
  /** Random padding in every chunk against traffic analysis. */
  readonly obfuscation: boolean;
  /** Sent before the first event, without the leading colon. */
  readonly comments: readonly string[];
  /** The bytes at the end. */
  readonly done: string;
  /** The delta that opens a choice; undefined where the vendor sends none. */
  firstDelta(begins: 'text' | 'tool-call'): JsonObject | undefined;
  /** The last word on a delta. */
  delta(delta: JsonObject, part: ReplyPart): JsonObject;
  /** The last word on a choice; `part` is undefined for the opening one. */
  choice(choice: JsonObject, part: ReplyPart | undefined): JsonObject;
  /** The last word on a chunk. */
  chunk(chunk: JsonObject, facts: ChunkFacts): JsonObject;
  /** Chunks before all others. */
  preamble(model: string): readonly JsonObject[];
}

export interface ChunkFacts extends AnswerFacts {
  readonly position: 'first' | 'middle' | 'finish' | 'usage';
}

interface AnswerFacts {
  readonly seed: string;
  /** Known once the last choice is finished. */
  readonly usage: JsonObject | undefined;
}

export interface TokenCounts {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly reasoning: number;
}

export interface HeaderFacts {
  readonly seed: string;
  /** Counts the requests to this server from 1. */
  readonly count: number;
  readonly model: string | undefined;
  /** Undefined in refusals. */
  readonly operation: Operation | undefined;
}

/** What is wrong with a request, before any vendor's words. */
export type Complaint =
  | { readonly type: 'key-missing' }
  | { readonly type: 'key-wrong'; readonly key: string }
  | { readonly type: 'url-unknown'; readonly method: string; readonly path: string }
  | { readonly type: 'method-wrong'; readonly method: string; readonly path: string }
  | { readonly type: 'json-invalid' }
  | { readonly type: 'model-missing' }
  | { readonly type: 'model-unknown'; readonly model: string; readonly operation: Operation }
  | {
      readonly type: 'parameter-invalid';
      readonly message: string;
      readonly param: string | null;
      readonly code: string | null;
    }
  /** What is asked for is not allowed, or what was made of it is not. */
  | { readonly type: 'content-refused'; readonly seed: string }
  /** Something else that is not there: a stored response, an item. */
  | { readonly type: 'not-found'; readonly message: string; readonly param: string | null }
  /** Not the caller's doing: a fault wants this status. */
  | { readonly type: 'status'; readonly status: number; readonly model: string };

export type Operation =
  | 'chat'
  | 'completions'
  | 'models'
  | 'model'
  | 'responses'
  | 'input-tokens'
  | 'response'
  | 'response-items'
  | 'response-cancel'
  | 'videos'
  | MediaOperation;

export type MediaOperation =
  | 'embeddings'
  | 'rerank'
  | 'moderations'
  | 'images'
  | 'image-edits'
  | 'image-variations'
  | 'speech'
  | 'transcriptions'
  | 'translations';

export interface WordedError {
  readonly status: number;
  /** A string is sent as HTML, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: OutgoingHttpHeaders;
}
