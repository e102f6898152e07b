import type { ChatAnswer, Part, ProviderError } from './chat-answer.ts';
import type { ChatRequest } from './chat-request.ts';
import type { ChatDialect } from './content.ts';
import type { JsonObject } from './json.ts';
import type { StoredTurn } from './previous.ts';

/** What a dialect says outside of the body: Gemini puts both into the path. */
export interface RequestAddress {
  readonly model?: string;
  readonly stream?: boolean;
}

/** A request in a dialect's words, and the names of what the dialect has no words for, in those of Chat Completions. */
export interface RenderedRequest {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
}

/** One event of a stream, taken off the wire: `data` is its JSON, `undefined` for `[DONE]`. */
export interface WireEvent {
  /** The name of the event, where the dialect gives it one. */
  readonly name: string | undefined;
  readonly data: JsonObject | undefined;
}

/** Reads one stream. Throws `VE_UPSTREAM_PROTOCOL` for what cannot be understood; unknown events are passed over. */
export interface StreamParser {
  push(event: WireEvent): readonly Part[];
  /** The upstream has ended the stream: what is still open is closed. Throws where the answer is not complete. */
  end(): readonly Part[];
}

/** Writes one stream: the text to send for each part, empty where nothing is to be said yet. */
export interface StreamRenderer {
  push(part: Part): string;
  /** After the last part. */
  end(): string;
}

/** What an answer repeats of its question, and what it is called. */
export interface AnswerContext {
  readonly request: ChatRequest;
  /** Made by the gateway, without a prefix; used where the upstream gave none in this dialect. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** How many tokens a question has, as its provider counts them. */
export interface TokenCount {
  readonly input: number;
  /** Part of `input` that the provider would read from its prompt cache, where it tells. */
  readonly cacheRead?: number;
}

/** The vendor's endpoint that counts tokens, in both directions. */
export interface TokenCounting {
  /** @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` */
  readonly parseRequest: (body: JsonObject, address: RequestAddress) => ChatRequest;
  /** `vendor`: the upstream's, where two vendors of one dialect differ. */
  readonly renderRequest: (request: ChatRequest, vendor: string) => RenderedRequest;
  /** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
  readonly parseCount: (body: JsonObject) => TokenCount;
  readonly renderCount: (count: TokenCount) => JsonObject;
}

/** One dialect, in both directions. */
export interface Codec {
  readonly dialect: ChatDialect;
  /** @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` */
  readonly parseRequest: (body: JsonObject, address: RequestAddress) => ChatRequest;
  readonly renderRequest: (request: ChatRequest) => RenderedRequest;
  /** @throws GatewayError `VE_UPSTREAM_PROTOCOL` */
  readonly parseAnswer: (body: JsonObject) => ChatAnswer;
  /** The same request with what was said before it in place of the id that stands for it; where a dialect has such ids. */
  readonly joinTurns?: (body: JsonObject, turns: readonly StoredTurn[]) => JsonObject;
  /** Ids of items of earlier answers that a request names in place of them; where a dialect has such ids. */
  readonly listReferences?: (body: JsonObject) => readonly string[];
  /** The ids of all the items of earlier answers in a request, said or only named. */
  readonly listItems?: (body: JsonObject) => readonly string[];
  /** The same request with these items in place of their ids, and those of `strangers` as if nobody kept them. */
  readonly joinItems?: (
    body: JsonObject,
    items: ReadonlyMap<string, JsonObject>,
    strangers: ReadonlySet<string>,
  ) => JsonObject;
  /** Asking how many tokens a question has, where the vendor has a way to. */
  readonly countTokens?: TokenCounting;
  readonly renderAnswer: (answer: ChatAnswer, context: AnswerContext) => JsonObject;
  readonly parseStream: () => StreamParser;
  readonly renderStream: (context: AnswerContext) => StreamRenderer;
  /** `body` is undefined where it is not a JSON object. Header names are lower case. */
  readonly parseError: (
    status: number,
    headers: Readonly<Record<string, string>>,
    body: JsonObject | undefined,
  ) => ProviderError;
  /** The status and body of a whole answer that is an error. */
  readonly renderError: (error: ProviderError) => { readonly status: number; readonly body: JsonObject };
}
