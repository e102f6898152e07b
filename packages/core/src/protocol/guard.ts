import type { Dialect, Operation } from './call.ts';
import type { JsonObject } from './json.ts';
import type { Principal } from './principal.ts';

/** A call as a guard sees it. Nothing in it can be changed but by a verdict. The same object for all that a guard is asked of one call. */
export interface GuardedCall {
  /** The request's id. */
  readonly id: string;
  readonly principal: Principal | undefined;
  readonly operation: Operation;
  /** In which the caller asks and is answered. */
  readonly dialect: Dialect;
  /** As the caller named it, or a guard before this one; of what is not read, the upstream's name. */
  readonly model: string;
  readonly stream: boolean;
  readonly method: string;
  /** Below the mount: `/v1/chat/completions`. */
  readonly path: string;
  /** Nothing of what is said may be kept: by the guard neither. */
  readonly isTraceless: boolean;
  /** What is asked, parsed when it is first looked at. Undefined for a form, and for what is not read. */
  readonly body: JsonObject | undefined;
  /** Of a form, without its files. */
  readonly fields: readonly (readonly [name: string, value: string])[] | undefined;
  /** Of the caller's; several of one name are joined by commas. */
  header(name: string): string | undefined;
  /** Everything in the body that a person or a tool has said: prompts, instructions, arguments and results of tools. */
  texts(): readonly string[];
  /** For the ledger, under the guard's name; a second note takes the place of the first. Of a traceless call none is kept. */
  note(text: string): void;
}

/** The call is not served; the caller is told why. */
export interface Refusal {
  /** A few words that follow a colon: `no source code may be sent`. */
  readonly refuse: string;
}

/** The call goes on with another body or another model; what is left out stays. */
export interface Change {
  /** In the caller's dialect, in place of the whole body. Not for forms. */
  readonly body?: JsonObject;
  /** A name of `models`, or `upstream/model`, where callers can give it. */
  readonly model?: string;
}

/** What a guard has to say of a call; nothing: it may go on as it is. */
export type Verdict = Refusal | Change;

/** A piece of what is answered. */
export interface AnswerPart {
  /** What the model says, what it thinks, or what it calls a tool with: JSON, whole or a fragment of it. */
  readonly type: 'text' | 'reasoning' | 'tool-input';
  readonly text: string;
  /** Which of several answers side by side; 0 where there is one. */
  readonly choice: number;
  /** Which text this is a piece of: the same for all of them. */
  readonly channel: string;
  /** No more of this text comes. The last piece of a stream may be empty: what a guard has held back can be said with it. */
  readonly isLast: boolean;
}

/** What a guard has to say of a piece; nothing: it may go on as it is. */
export type PartVerdict = Refusal | { readonly text: string };

// A function that returns nothing is a guard, too.
// biome-ignore lint/suspicious/noConfusingVoidType: it is what such functions return
type Said<Result> = Result | undefined | void;

/** A function of the operator's own between callers and models. Where it throws or rejects, the call is refused. */
export interface Guard {
  /** For notes, and for the log. */
  readonly name: string;
  /** Sees the call before anything is looked up or sent. */
  readonly before?: (call: GuardedCall) => Said<Verdict> | Promise<Said<Verdict>>;
  /** Sees each piece of what is answered, as it comes, and says what the caller gets in its place. */
  readonly after?: (part: AnswerPart, call: GuardedCall) => Said<PartVerdict> | Promise<Said<PartVerdict>>;
}
