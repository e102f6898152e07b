import { GatewayError } from '../errors.ts';
import type { Call, Operation } from '../protocol/call.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';
import type { Principal } from '../protocol/principal.ts';
import { prefixKey } from './prefix-key.ts';
import { type Residency, residencyOf } from './residency.ts';

/** What a route can know of a request. Whatever has to be read from the body is read when it is asked for, once. */
export interface RouteRequest {
  readonly operation: Operation;
  /** As the caller named it. */
  readonly model: string;
  readonly stream: boolean;
  readonly principal: Principal | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** About how many tokens the question has. */
  readonly inputTokens: number;
  /** The most tokens that the caller wants in answer, where it says so. */
  readonly maxTokens: number | undefined;
  /** The question in no vendor's words; undefined where it is not a chat, or cannot be read: that is its upstream's to refuse. */
  readonly chat: ChatRequest | undefined;
  /** To which upstreams the call is bound; undefined where it is free. */
  readonly residency: Residency | undefined;
  /** A header of the caller's, by its name in any case. */
  header(name: string): string | undefined;
  /** What the caller calls the request: `x-vector-{name}` in its headers, or `metadata.{name}` in its body. */
  tag(name: string): string | undefined;
  /** The same for all requests that begin alike, as the turns of one conversation do; undefined where nothing is long enough to share. */
  readonly prefix: string | undefined;
}

/** Bytes of a body for a token of it. */
const bytesPerToken = 4;
/** Below so many bytes there is no picture to speak of in it, and the size alone says enough. */
const small = 16_384;

export interface AskedParts {
  readonly principal: Principal | undefined;
  readonly headers: RequestHeaders;
  readonly clock: () => number;
  /** The question can be read: the codecs are loaded where a route needs them. */
  readonly canRead: () => boolean;
  /** Tokens of a chat, about. */
  readonly countTokens: (chat: ChatRequest) => number;
}

/** A call, as routes see it. */
export class AskedRequest implements RouteRequest {
  readonly #call: Call;
  readonly #parts: AskedParts;
  #inputTokens: number | undefined;
  #isUnreadable = false;
  #prefix: { readonly key: string | undefined } | undefined;

  constructor(call: Call, parts: AskedParts) {
    this.#call = call;
    this.#parts = parts;
  }

  get operation(): Operation {
    return this.#call.operation;
  }

  get model(): string {
    return this.#call.model;
  }

  get stream(): boolean {
    return this.#call.stream;
  }

  get principal(): Principal | undefined {
    return this.#parts.principal;
  }

  /** Undefined where the call is not bound to some upstreams. */
  get residency(): Residency | undefined {
    return residencyOf(this.#parts.principal, this.#parts.headers);
  }

  get now(): number {
    return this.#parts.clock();
  }

  get inputTokens(): number {
    return (this.#inputTokens ??= this.#countTokens());
  }

  get maxTokens(): number | undefined {
    return this.chat?.maxTokens;
  }

  get chat(): ChatRequest | undefined {
    const { operation } = this.#call;
    if ((operation !== 'chat' && operation !== 'count-tokens') || !this.#parts.canRead()) return undefined;
    if (this.#isUnreadable) return undefined;
    try {
      return this.#call.canonical();
    } catch (error) {
      if (!GatewayError.isInstance(error) || !error.code.startsWith('VE_PARAMETER_')) throw error;
      this.#isUnreadable = true;
      return undefined;
    }
  }

  get prefix(): string | undefined {
    this.#prefix ??= { key: prefixKey(this.#call.bytes) };
    return this.#prefix.key;
  }

  header(name: string): string | undefined {
    const value = this.#parts.headers[name.toLowerCase()];
    return typeof value === 'string' ? value : value?.[0];
  }

  tag(name: string): string | undefined {
    return this.header(`x-vector-${name}`) ?? ownText(this.chat?.metadata, name);
  }

  #countTokens(): number {
    const { bytes } = this.#call;
    const bySize = Math.max(1, Math.ceil(bytes.byteLength / bytesPerToken));
    if (bytes.byteLength <= small) return bySize;
    const { chat } = this;
    return chat === undefined ? bySize : this.#parts.countTokens(chat);
  }
}

function ownText(values: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}
