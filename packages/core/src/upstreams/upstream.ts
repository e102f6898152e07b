import type { buildConnector } from 'undici';
import type { ChatQuirks } from '../dialects/openai-chat/quirks.ts';
import type { Dialect, Operation } from '../protocol/call.ts';
import type { JobFormat } from '../protocol/job.ts';
import type { MediaFormat, MediaOperation } from '../protocol/media.ts';
import type { BalanceSource } from './balance.ts';

/**
 * The key that the gateway shows to an upstream: one, several to take turns (a key that is refused or over its limit
 * rests), or a function that is asked before every attempt.
 */
export type ApiKey = string | readonly string[] | (() => string | Promise<string>);

/** Deadlines in milliseconds. */
export interface Timeouts {
  /** How long a call may wait for a slot of one target. */
  readonly queue: number;
  /** Until the upstream has accepted the connection. */
  readonly connect: number;
  /** From then until the first content: the whole answer's first byte, or a stream's first content event. */
  readonly firstByte: number;
  /** Between two pieces of an answer. */
  readonly idle: number;
  /** How long a caller may leave written bytes unread. */
  readonly write: number;
}

/** How an upstream is looked at while nobody asks it anything. */
export interface ProbeOptions {
  /** Milliseconds from one look to the next; 1,000 or more. */
  readonly every: number;
  /** What is asked for with GET, below the base URL. Default: the vendor's list of models. */
  readonly path?: string;
}

/** What every upstream takes, whoever the vendor is. */
export interface UpstreamOptions {
  /** Sent with every request to this upstream. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds; what is left out comes from the gateway's own `timeouts`. */
  readonly timeouts?: Partial<Timeouts>;
  /** Requests under way at once per target; more wait or go to the next target. Default 1,000. */
  readonly maxConcurrency?: number;
  /** Share of the traffic where a model has several weighted targets. */
  readonly weight?: number;
  /** Looks at the upstream from time to time, with a request that costs nothing; while that fails, it is left alone. Default: never. */
  readonly probe?: ProbeOptions;
  /** undici's connect options (TLS, socket path, local address), or a connector of your own, for a proxy say. */
  readonly connect?: buildConnector.BuildOptions | buildConnector.connector;
  /**
   * Origins (`http://10.0.0.7:9000`) at which the upstream's files are, where they are not on the public internet: an image
   * server of your own, say. Addresses that an upstream names are fetched from its own origin, from these and from the public
   * internet only.
   */
  readonly fileOrigins?: readonly string[];
  /**
   * Signs what the vendor tells us when a job is over, at `/v1/webhooks/{upstream}`: `whsec_…`. Default: such calls are
   * refused, and jobs are asked about from time to time, as they are anyway.
   */
  readonly webhookSecret?: string | undefined;
  /** Where what is sent to it stays, in a word of your own: `eu`. Callers can be bound to regions. */
  readonly region?: string | undefined;
  /** What it is like, in words of your own: `no-retention`. Callers can be bound to these, too. */
  readonly tags?: readonly string[] | undefined;
}

/** In which form a call goes out, where its address depends on that. */
export interface Sent {
  readonly stream: boolean;
  readonly dialect: Dialect;
}

/** A request that is ready but for the proof of who sends it. */
export interface UnsignedRequest {
  readonly method: string;
  /** The whole address, path and query as they go out. */
  readonly url: string;
  /** Names are in lower case. What is not signed may be changed on the way. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Shows who asks where a key in a header would not do: by a signature over each request. */
export interface Signer {
  /** What callers must never read, should the upstream quote it: the keys and tokens that are behind the signature. */
  readonly secrets: readonly string[];
  /** The headers that are added; names in lower case. Asked once for each attempt. */
  sign(request: UnsignedRequest): Promise<Readonly<Record<string, string>>>;
}

/** A member of a JSON body. */
export interface BodyMember {
  readonly name: string;
  readonly value: string;
}

/**
 * One vendor's format for one kind of media: of those that the gateway knows, by its name, or one of the operator's own.
 * What `Request` and `Result` are, the operation says.
 */
export type MediaSpeech = string | MediaFormat<never, unknown>;

/** The same for what is made in jobs. */
export type JobSpeech = string | JobFormat<never>;

/** One place that models can be had from, as `defineUpstream` and the vendors' functions make it. Read-only. */
export interface Upstream<Model extends string = string> {
  /** The vendor's short name, for `owned_by` and logs. */
  readonly vendor: string;
  /** What it speaks; a function where that depends on the model. */
  readonly dialect: Dialect | ((model: string) => Dialect);
  /** What it also speaks: a call in one of these passes as it is. */
  readonly alsoSpeaks: readonly Dialect[];
  /** Scheme, host and port. */
  readonly origin: string;
  /** The address below the origin for one operation, or undefined where the upstream does not offer it. */
  readonly path: (operation: Operation, model: string, how?: Sent) => string | undefined;
  readonly apiKey: ApiKey | undefined;
  /** In which format media of a kind are asked for; undefined: in OpenAI's, and what callers send passes as it is. */
  readonly media: (operation: MediaOperation, model: string) => MediaSpeech | undefined;
  /** How a model is asked that takes its time; undefined for those that answer at once. */
  readonly jobs: (operation: MediaOperation, model: string) => JobSpeech | undefined;
  /** The header that carries a key. */
  readonly authorize: (key: string) => readonly [name: string, value: string];
  /** Asked before every attempt, where requests are signed in place of carrying a key. */
  readonly signer: (() => Signer | Promise<Signer>) | undefined;
  /** By operation: what the body has where `model` would stand, because the address says the model. */
  readonly inPlaceOfModel: Readonly<Partial<Record<Operation, BodyMember>>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Names that callers can use where the gateway's `models` does not say otherwise. */
  readonly models: readonly Model[];
  /** The provider takes `stream_options.include_usage`. */
  readonly takesUsageOption: boolean;
  /** What this member of the OpenAI-compatible family refuses or spells otherwise; for calls of other dialects. */
  readonly quirks: ChatQuirks;
  /** Sent where the caller does not say otherwise in its own dialect: a version of the API. */
  readonly defaultHeaders: Readonly<Record<string, string>>;
  readonly timeouts: Partial<Timeouts>;
  readonly maxConcurrency: number;
  readonly weight: number | undefined;
  /** How what is left on its accounts is read; undefined where nobody asked for that. */
  readonly balance: BalanceSource | undefined;
  /** Its path is below the origin. */
  readonly probe: Required<ProbeOptions> | undefined;
  readonly connect: UpstreamOptions['connect'];
  readonly fileOrigins: readonly string[];
  readonly webhookSecret: string | undefined;
  readonly region: string | undefined;
  readonly tags: readonly string[];
}

/** What it speaks with one of its models. */
export function dialectOf({ dialect }: Pick<Upstream, 'dialect'>, model: string): Dialect {
  return typeof dialect === 'function' ? dialect(model) : dialect;
}
