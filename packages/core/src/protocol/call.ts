import type { HeaderMap } from './answer.ts';
import type { BodySource } from './body-source.ts';
import type { ChatRequest } from './chat-request.ts';
import type { ChatDialect } from './content.ts';
import type { JobFace, JobReport } from './job.ts';
import type { Form, MediaAnswer, MediaOperation } from './media.ts';
import type { KeptItems, Previous } from './previous.ts';
import type { Principal } from './principal.ts';
import type { JsonMember } from './scan-json.ts';
import type { Telling } from './telling.ts';

/**
 * What is asked for, whichever dialect it came in. `stored-response`: about one that an upstream keeps; `native`: what the
 * gateway does not read; `realtime`: a conversation over a WebSocket.
 */
export type Operation =
  | 'chat'
  | 'completions'
  | 'count-tokens'
  | 'stored-response'
  | 'native'
  | 'realtime'
  | MediaOperation;

/** The wire format of a request and of its answer; completions and media are OpenAI's only. */
export type Dialect = ChatDialect;

/** A half-open range of bytes in a body. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a verbatim body may be changed: the model name always, the usage option of a stream.
 * `usageOption` is the text to put into `span` so that the provider reports usage; absent where it does so already.
 */
export interface SplicePoints {
  /** Absent where the path names the model. */
  readonly model?: Span;
  readonly usageOption?: { readonly span: Span; readonly text: string };
  /** Members that say, or hold, how long the answer may be; the spans are those of their values. */
  readonly output?: readonly JsonMember[];
}

/** How much the caller wants to be written. */
export interface OutputWish {
  /** Tokens of the longest answer; undefined where the caller does not say. */
  readonly tokens: number | undefined;
  /** Answers side by side, each of which may be so long; those, too, that are made and thrown away. */
  readonly answers: number;
}

/** One request: an envelope that is cheap to read around a body that is left alone. */
export interface Call {
  readonly operation: Operation;
  readonly dialect: Dialect;
  /** As the caller named it. */
  readonly model: string;
  readonly stream: boolean;
  /** The caller asked for a usage chunk at the end of the stream. */
  readonly wantsUsage: boolean;
  /** Answers asked for side by side: OpenAI's `n`. */
  readonly choices: number;
  /** Caller's headers that an upstream may see. */
  readonly headers: HeaderMap;
  readonly splice: SplicePoints;
  /** The caller's bytes; empty after `release()`. */
  readonly bytes: Uint8Array;
  /** The stream is wanted in the dialect's other form: Gemini's JSON array in place of events. */
  readonly wantsArray: boolean;
  /** The answer is to be found again by its id, and the conversation gone on with. */
  readonly isStored: boolean;
  /** The caller does not wait for the answer, and asks for it later by its id. */
  readonly isBackground: boolean;
  /** The id of the answer that this goes on from, as the caller gave it. */
  readonly previousId: string | undefined;
  /** What that id stands for, once it was looked up. */
  previous: Previous | undefined;
  /** Undefined where nothing is kept between requests. */
  keptItems: KeptItems | undefined;
  /**
   * Where another attempt may go on with the answer: what it has said so far, and how it goes on. Until this is taken off,
   * the call is not released.
   */
  telling?: Telling | undefined;
  /** What is asked of a response that an upstream keeps. */
  readonly stored: StoredRequest | undefined;
  /** In place of `bytes`, where the caller has sent a form. */
  readonly form: Form | undefined;
  /** Through which face a job is asked for; undefined for what is answered at once. */
  readonly face: JobFace | undefined;
  /** Where the caller has reached the gateway, up to its mount, for links: `https://host/ai`. Empty where nobody asks. */
  readonly base: string;
  /** Of a call for media: what is asked for, in no vendor's words, once it was read. */
  media: unknown;
  /** What goes to an upstream without being read. */
  readonly native: NativeRequest | undefined;
  /**
   * Finds what the caller only names, what was said before and items of it, so that `canonical()` has them; resolves with
   * the ids of items that nobody knows. Undefined where the caller names none.
   *
   * @throws GatewayError, see `Previous.turns`
   */
  resolveItems(): Promise<readonly string[]> | undefined;
  /**
   * Whether the caller gives back items that another upstream than this keeps. If so, `canonical()` says them as if
   * nobody kept them. Undefined where that need not be looked up.
   *
   * @throws GatewayError `VE_STORE_FAILED`
   */
  findStrangers(upstream: string): Promise<boolean> | undefined;
  /**
   * The question in no vendor's words, for an upstream of another dialect; read once, when somebody needs it, after
   * `resolveItems()`.
   *
   * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING`
   */
  canonical(): ChatRequest;
  /** Read where it is asked for; the members were found before. */
  outputWish(): OutputWish;
  /**
   * From now on no more than so many tokens are asked for, of all answers together: in the caller's bytes, in which nothing
   * else becomes another, and in `canonical()`. False, and all stays as it was, where that cannot be: fewer than 16 for an
   * answer, or no more than Claude was told to think, which vendors refuse; or what is asked for writes no text. A later,
   * larger number changes nothing.
   */
  limitOutput(tokens: number): boolean;
  /** Tokens for each answer, where `limitOutput` has set it. */
  readonly outputLimit: number | undefined;
  /** Digest of the key that must be shown: of the account that has what this is about. */
  keyDigest?: string | undefined;
  /** Who is asked first, where one can be: who makes just what is asked for. Others make what is near. */
  prefers?: ((target: TargetName) => boolean) | undefined;
  /**
   * Told before the call leaves for an upstream, with which key, and what of it is left out there; it waits for that. Where
   * it throws, nothing is sent.
   */
  beforeSending?:
    | ((target: TargetName, keyDigest: string, dropped: readonly string[]) => Promise<void>)
    | undefined;
  /** The money that is held for it; what outlives the request takes it along. */
  hold?: HeldMoney | undefined;
  /** What it shares with the calls that should have the same key of a target, as a number; set where its route has an affinity. */
  affinity?: number | undefined;
  /** Tokens, about, beyond which a stream is broken off: its upstream does not keep to the longest answer that was asked for. */
  ceiling?: number | undefined;
  /** Lets go of the body once no attempt can follow, so that a long stream does not hold it. */
  release(): void;
}

/** Money that is held for a call. */
export interface HeldMoney {
  /** Durable: any process can settle it by this name. */
  readonly id: string;
  /** Somebody else settles it from now on. */
  isCarried: boolean;
}

/** A request about a response, to the upstream that keeps it. */
export interface StoredRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the address at which responses are asked for: `/resp_123/input_items?limit=3`. */
  readonly path: string;
}

/** A request that an upstream gets as it is, but for who asks. */
export interface NativeRequest {
  readonly method: string;
  /** Below the upstream's base URL, with its query. */
  readonly path: string;
  /** In place of `path`: an address that the upstream has named. Elsewhere than at its own origin no key is shown. */
  readonly url?: URL | undefined;
  /** Sent beside what every request has; names in lower case. */
  readonly headers?: HeaderMap | undefined;
  /** Undefined: it has none. */
  readonly body: Uint8Array | BodySource | undefined;
  /** Content type of the body. */
  readonly type: string | undefined;
  /** How the answer is read; undefined: its bytes pass as they are. */
  readonly read?: ((answer: MediaAnswer) => JobReport) | undefined;
  /** A caller has made it, who speaks with the upstream itself. Undefined: the gateway has. */
  readonly passing?: NativePassing | undefined;
}

/** What passes beside the bytes: headers of the upstream's own protocol, and its errors in its own words. */
export interface NativePassing {
  /** What the caller accepts. */
  readonly accept: string;
  /** Usage is read, where the answer is JSON that says it. */
  readonly isMetered: boolean;
}

/** One place that can answer: an upstream and the name it has for the model. */
export interface TargetName {
  /** The upstream's name in the options. */
  readonly upstream: string;
  /** The model's name at that upstream. */
  readonly model: string;
}

/** How soon an answer is wanted: where calls have to wait, `batch` lets `interactive` go first. */
export type Priority = 'interactive' | 'batch';

/** What layers and events know about the request they see. */
export interface RequestFacts {
  readonly id: string;
  readonly principal: Principal | undefined;
  readonly operation: Operation;
  readonly model: string;
  readonly stream: boolean;
  readonly priority: Priority;
  /** True where nothing of what is said may be kept, or told to anybody; left out otherwise. */
  readonly traceless?: boolean;
}
