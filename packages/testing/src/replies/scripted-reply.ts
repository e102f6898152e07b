import type { RecordedRequest } from '../server/record-request.ts';

/** What a test wants the model to say. What is left out is as usual. */
export interface ScriptedReply {
  /** The text. A list (or a generator, read as fast as it is sent) gives the pieces of the stream. */
  readonly content?: string | Iterable<string>;
  /** Sent where the vendor shows reasoning, counted as reasoning tokens everywhere. */
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly toolCalls?: readonly ScriptedToolCall[];
  /** Default `tool_calls` after tool calls, else `stop`; `length` where the caller's limit is reached first. */
  readonly finishReason?: string;
  /** Replaces single figures of the usage, as the vendor's field names have them. */
  readonly usage?: Readonly<Record<string, unknown>>;
}

export interface ScriptedToolCall {
  readonly name: string;
  /** JSON as text, sent as it is (it may be broken), or a value that becomes JSON. */
  readonly arguments: unknown;
  readonly id?: string;
}

/** Called once per choice of each generation. Undefined leaves the answer to the simulation. */
export type AnswerScript = (request: RecordedRequest, choice: number) => ScriptedReply | string | undefined;
