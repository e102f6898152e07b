import type { CacheMark, Extra, Message } from './content.ts';
import type { JsonObject } from './json.ts';

/** Something that the model may call. */
export type Tool =
  | {
      readonly type: 'function';
      readonly name: string;
      readonly description?: string;
      /** JSON schema of the arguments; left out, the tool takes none. */
      readonly parameters?: JsonObject;
      /** The provider makes sure that the arguments fit the schema. */
      readonly isStrict?: boolean;
      readonly cache?: CacheMark;
      readonly extra?: Extra;
    }
  /** Takes free text; `format`: text, or a grammar, as Responses spells it. */
  | {
      readonly type: 'custom';
      readonly name: string;
      readonly description?: string;
      readonly format?: JsonObject;
      readonly extra?: Extra;
    }
  /** A tool that the provider runs itself (web search, code, files): in its dialect's own spelling. */
  | { readonly type: 'built-in'; readonly extra: Extra };

export type ToolChoice =
  | { readonly type: 'auto' | 'none' | 'required' }
  | { readonly type: 'tool'; readonly name: string }
  /** One of these; `isRequired`: it must call one. */
  | { readonly type: 'allowed'; readonly names: readonly string[]; readonly isRequired: boolean };

/** How the answer is to look. */
export type OutputFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | {
      readonly type: 'json-schema';
      readonly name: string;
      readonly schema: JsonObject;
      readonly description?: string;
      readonly isStrict?: boolean;
    };

export interface Reasoning {
  readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  /** Tokens; 0 turns it off. `dynamic`: as many as the model sees fit. */
  readonly budget?: number | 'dynamic';
  /** What is shown of it. */
  readonly summary?: 'none' | 'auto' | 'concise' | 'detailed';
}

/** A question to a model in no vendor's words. What is left out, the caller did not say. */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  /** The caller wants usage at the end of the stream. */
  readonly wantsUsage: boolean;
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: OutputFormat;
  readonly reasoning?: Reasoning;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly logitBias?: JsonObject;
  /** Log probabilities of the answer's tokens, and of so many alternatives to each. */
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  /** Answers side by side; 1 if left out. */
  readonly choices?: number;
  readonly verbosity?: 'low' | 'medium' | 'high';
  /** OpenAI's words where there is one: `auto`, `default`, `flex`, `priority`, `scale`; others as they came. */
  readonly serviceTier?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Who asks, for the provider's abuse detection. */
  readonly user?: string;
  /** Requests with the same key share the provider's prompt cache. */
  readonly cacheKey?: string;
  readonly store?: boolean;
  readonly extra?: Extra;
}
