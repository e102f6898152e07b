import type { AssistantBlock, Citation, Extra, Signature } from './content.ts';
import type { JsonObject } from './json.ts';

/** Why the model stopped. */
export type FinishReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  /** The model declined. */
  | 'refusal'
  /** A filter of the provider's took out the answer. */
  | 'content-filter'
  /** A filter of the provider's refused the question: there is no answer at all. */
  | 'prompt-blocked'
  /** The answer was too close to what the model was trained on. */
  | 'recitation'
  /** The conversation fills the model's window. */
  | 'context-length'
  /** The provider wants to be asked to go on. */
  | 'pause'
  /** The model wrote a tool call that cannot be read. */
  | 'malformed-tool-call'
  | 'other';

export interface Finish {
  readonly reason: FinishReason;
  /** The vendor's own word. */
  readonly raw?: string;
  /** The stop sequence that was met, where it is told. */
  readonly sequence?: string;
  readonly extra?: Extra;
}

/**
 * Tokens, by one convention: `input` holds what was read from and written to the prompt cache, `output` holds reasoning.
 * What a provider does not tell is left out.
 */
export interface ChatUsage {
  readonly input: number;
  readonly output: number;
  /** Parts of `input`. */
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Part of `cacheWrite` that is kept for an hour or longer. */
  readonly cacheWriteHour?: number;
  readonly inputAudio?: number;
  /** What a built-in tool put into the prompt. */
  readonly inputTool?: number;
  /** Parts of `output`. */
  readonly reasoning?: number;
  readonly outputAudio?: number;
  /** Searches of the web that the provider has made. */
  readonly searches?: number;
  readonly extra?: Extra;
}

/** One token of the answer. */
export interface Logprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | null;
  readonly top: readonly Omit<Logprob, 'top'>[];
}

export interface AnswerHead {
  readonly id?: string;
  readonly model?: string;
  /** Seconds since the epoch. */
  readonly created?: number;
  readonly serviceTier?: string;
  readonly extra?: Extra;
}

export interface AnswerChoice {
  readonly index: number;
  readonly content: readonly AssistantBlock[];
  readonly finish: Finish;
  readonly logprobs?: readonly Logprob[];
  readonly extra?: Extra;
}

/** A whole answer in no vendor's words. */
export interface ChatAnswer extends AnswerHead {
  readonly choices: readonly AnswerChoice[];
  readonly usage?: ChatUsage;
}

/**
 * A piece of a streamed answer. A block has a number of its own within its choice; its deltas come between its start and
 * its end, blocks may overlap. The parts of a stream, put together, are its whole answer (`collect-parts.ts`).
 */
export type Part =
  /** First of all, and again where more becomes known. */
  | ({ readonly type: 'head' } & AnswerHead)
  | { readonly type: 'text-start'; readonly choice: number; readonly block: number; readonly extra?: Extra }
  | { readonly type: 'text-delta'; readonly choice: number; readonly block: number; readonly text: string }
  | {
      readonly type: 'citation';
      readonly choice: number;
      readonly block: number;
      readonly citation: Citation;
    }
  | {
      readonly type: 'text-end';
      readonly choice: number;
      readonly block: number;
      readonly signature?: Signature;
      readonly extra?: Extra;
    }
  | { readonly type: 'refusal-start'; readonly choice: number; readonly block: number }
  | { readonly type: 'refusal-delta'; readonly choice: number; readonly block: number; readonly text: string }
  | { readonly type: 'refusal-end'; readonly choice: number; readonly block: number }
  | {
      readonly type: 'reasoning-start';
      readonly choice: number;
      readonly block: number;
      readonly isRedacted?: boolean;
      readonly extra?: Extra;
    }
  | {
      readonly type: 'reasoning-delta';
      readonly choice: number;
      readonly block: number;
      readonly text: string;
    }
  | {
      readonly type: 'reasoning-end';
      readonly choice: number;
      readonly block: number;
      readonly signature?: Signature;
      readonly extra?: Extra;
    }
  | {
      readonly type: 'tool-input-start';
      readonly choice: number;
      readonly block: number;
      readonly id: string;
      readonly name: string;
      readonly format: 'json' | 'text';
      readonly extra?: Extra;
    }
  /** A piece of `ToolCallBlock.input`. */
  | {
      readonly type: 'tool-input-delta';
      readonly choice: number;
      readonly block: number;
      readonly text: string;
    }
  | {
      readonly type: 'tool-input-end';
      readonly choice: number;
      readonly block: number;
      readonly signature?: Signature;
      readonly extra?: Extra;
    }
  /** A block that comes in one piece: a picture, a sound, or something that only one dialect knows. */
  | {
      readonly type: 'block';
      readonly choice: number;
      readonly block: number;
      readonly value: Extract<AssistantBlock, { type: 'media' | 'foreign' }>;
    }
  | { readonly type: 'logprobs'; readonly choice: number; readonly tokens: readonly Logprob[] }
  | { readonly type: 'finish'; readonly choice: number; readonly finish: Finish; readonly extra?: Extra }
  /** What is known so far; a later one replaces it. */
  | { readonly type: 'usage'; readonly usage: ChatUsage }
  /** The provider broke off with an error of its own; nothing follows. */
  | { readonly type: 'error'; readonly error: ProviderError };

/** What went wrong, in no vendor's words. */
export type ProblemKind =
  | 'invalid-request'
  | 'context-length'
  | 'content-filter'
  | 'model-not-found'
  | 'not-found'
  | 'authentication'
  | 'permission'
  | 'billing'
  | 'quota'
  | 'rate-limit'
  | 'overloaded'
  | 'timeout'
  | 'too-large'
  | 'server';

/** An error that a provider answered with, or put into a stream. */
export interface ProviderError {
  readonly kind: ProblemKind;
  /** HTTP's; for an error inside a stream, what it would have been. */
  readonly status: number;
  readonly message: string;
  readonly parameter?: string;
  /** The vendor's own word for it. */
  readonly code?: string;
  /** Milliseconds, also where the vendor puts it into the body. */
  readonly retryAfter?: number;
  readonly raw?: JsonObject;
}
