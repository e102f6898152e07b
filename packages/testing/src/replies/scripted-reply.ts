import type { RecordedRequest } from '../server/record-request.ts';

/** What a test wants the model to say, in no vendor's format: each renders it in its own. What is left out is as usual. */
export interface ScriptedReply {
  /**
   * The text. A list (or a generator, read as fast as it is sent) gives the pieces of the stream. Of a recording it is what is
   * heard, of an image how the prompt was revised, where the vendor tells that.
   */
  readonly content?: string | Iterable<string>;
  /** Sent where the vendor shows reasoning (and the request asks for it), counted as reasoning tokens everywhere. */
  readonly reasoning?: string;
  /** The reasoning comes encrypted where the vendor does that: Anthropic's `redacted_thinking`, Bedrock's `redactedContent`. */
  readonly redactedReasoning?: boolean;
  readonly refusal?: string;
  readonly toolCalls?: readonly ScriptedToolCall[];
  /**
   * `stop`, `length`, `tool_calls` and `content_filter` become each vendor's word for it; any other is sent as it is, so
   * that `pause_turn` or `RECITATION` can be had. An image with `content_filter` was made and then filtered, each vendor in its
   * own way; a moderation with it flags its input. Default `tool_calls` after tool calls, else `stop`; `length` where the
   * caller's limit is reached first.
   */
  readonly finishReason?: string;
  /**
   * Why nothing is answered: Gemini's `promptFeedback.blockReason`, such as `SAFETY`; others refuse with `content_filter`. Image
   * models refuse the prompt as a whole, as they do every prompt with the word "forbidden".
   */
  readonly blockedPrompt?: string;
  /** Replaces single figures of the usage, as the vendor's field names have them. */
  readonly usage?: Readonly<Record<string, unknown>>;
}

export interface ScriptedToolCall {
  readonly name: string;
  /** JSON as text, sent as it is where the vendor sends text (it may be broken), or a value that becomes JSON. */
  readonly arguments: unknown;
  readonly id?: string;
}

/** Called once per choice (or image) of each generation. Undefined leaves the answer to the simulation. */
export type AnswerScript = (request: RecordedRequest, choice: number) => ScriptedReply | string | undefined;
