import type { JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

export type ModerationPart =
  | { readonly type: 'text'; readonly text: string }
  /** Where the picture is, or a `data:` URL of it. */
  | { readonly type: 'image'; readonly url: string };

/** Something to judge: a text, or one thing made of texts and pictures. */
export type ModerationInput = string | readonly ModerationPart[];

export interface ModerationRequest {
  /** As the caller named it. */
  readonly model: string;
  /** One for each judgement. */
  readonly inputs: readonly ModerationInput[];
  /** Other parameters, as the caller gave them. */
  readonly extra?: JsonObject;
}

export interface Judgement {
  readonly isFlagged: boolean;
  /** By category, in OpenAI's words where it has one that means the same. One that is not judged is not there. */
  readonly categories: Readonly<Record<string, boolean | null>>;
  readonly scores: Readonly<Record<string, number | null>>;
  /** Whether it was the text or the picture, by category, where that is told. */
  readonly appliedTypes?: Readonly<Record<string, readonly string[]>>;
}

export interface ModerationResult {
  readonly id?: string;
  /** As the provider named it. */
  readonly model?: string;
  /** In the order of the inputs, as many as these. */
  readonly judgements: readonly Judgement[];
  readonly usage?: Usage;
}
