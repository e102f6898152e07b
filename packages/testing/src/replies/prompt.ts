import type { JsonObject } from '../wire/read-json.ts';

/** A request for an answer as far as the answer depends on it, whichever format it came in. */
export interface Prompt {
  readonly model: string;
  /** Results of tools are messages of their own, of the role `tool`. */
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly PromptTool[];
  /** `none`, `auto`, `required`, or the name of a tool. */
  readonly toolChoice: string;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly format: ReplyFormat;
}

export interface PromptMessage {
  readonly role: string;
  /** All text parts joined. */
  readonly text: string;
}

export interface PromptTool {
  readonly name: string;
  /** JSON Schema; undefined for a tool that takes plain text. */
  readonly parameters: JsonObject | undefined;
}

export type ReplyFormat =
  | { readonly type: 'text' | 'json' }
  | { readonly type: 'schema'; readonly schema: JsonObject };
