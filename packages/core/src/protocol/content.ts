import type { JsonObject } from './json.ts';

/** The wire formats that the gateway reads and writes. */
export type ChatDialect = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini' | 'bedrock';

/**
 * What one dialect has and the others lack, under the dialect's name and in its own spelling. A renderer gives back what
 * is under its own name unchanged, and names what is under another's as dropped.
 */
export type Extra = { readonly [Dialect in ChatDialect]?: JsonObject };

/**
 * Something opaque that a provider wants back byte for byte with the block it came with: Anthropic's thinking signature,
 * Gemini's thought signature, OpenAI's encrypted reasoning. Worthless, and refused, anywhere else.
 */
export interface Signature {
  readonly dialect: ChatDialect;
  readonly value: string;
}

/** Up to and with this block, the provider is to keep its prompt cache. */
export interface CacheMark {
  /** As the provider spells it; left out, the provider's default. */
  readonly ttl?: '5m' | '1h';
}

interface BlockBase {
  readonly cache?: CacheMark;
  readonly extra?: Extra;
}

/** Where the bytes of a picture, a sound or a document are. */
export type Source =
  | { readonly kind: 'base64'; readonly data: string }
  | { readonly kind: 'url'; readonly url: string }
  /** A file that was uploaded to the provider before. */
  | { readonly kind: 'id'; readonly id: string }
  /** A document as plain text. */
  | { readonly kind: 'text'; readonly text: string };

/** Where something that was said comes from. */
export interface Citation {
  readonly url?: string;
  readonly title?: string;
  readonly citedText?: string;
  /** Characters of the block's own text that it stands behind. */
  readonly start?: number;
  readonly end?: number;
  readonly extra?: Extra;
}

export interface TextBlock extends BlockBase {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  readonly signature?: Signature;
}

/** The model declines, in words. */
export interface RefusalBlock extends BlockBase {
  readonly type: 'refusal';
  readonly text: string;
}

/** A picture, a sound, a film, a PDF or another document: its media type says what it is. */
export interface MediaBlock extends BlockBase {
  readonly type: 'media';
  /** `image/png`, `audio/wav`, `application/pdf`; of a URL it may be unknown: `image/*`, or left out for a document. */
  readonly mediaType: string | undefined;
  readonly source: Source;
  readonly name?: string;
  /** How closely a picture is looked at. */
  readonly detail?: 'auto' | 'low' | 'high';
  /** The answer is to say where in this document it has something from. */
  readonly isCited?: boolean;
  /** What the model is to know about the document beside what is in it. */
  readonly context?: string;
  readonly signature?: Signature;
}

/** What the model thought; `text` is empty where the provider shows none of it. */
export interface ReasoningBlock extends BlockBase {
  readonly type: 'reasoning';
  readonly text: string;
  readonly signature?: Signature;
  /** The provider shows the signature only: Anthropic's `redacted_thinking`. */
  readonly isRedacted?: boolean;
}

export interface ToolCallBlock extends BlockBase {
  readonly type: 'tool-call';
  /** Never empty: made up where the provider has none. */
  readonly id: string;
  readonly name: string;
  /** `json`: the arguments as JSON text, at least `{}`. `text`: whatever a custom tool takes. */
  readonly format: 'json' | 'text';
  readonly input: string;
  readonly signature?: Signature;
}

export interface ToolResultBlock extends BlockBase {
  readonly type: 'tool-result';
  readonly callId: string;
  /** The tool's name, where the dialect tells it. */
  readonly name?: string;
  readonly content: readonly (TextBlock | MediaBlock)[];
  readonly isError?: boolean;
}

/** A block that only one dialect knows (a built-in tool's call or result): kept as it came, under its dialect in `extra`. */
export interface ForeignBlock extends BlockBase {
  readonly type: 'foreign';
  readonly dialect: ChatDialect;
  readonly value: JsonObject;
}

export type UserBlock = TextBlock | MediaBlock | ForeignBlock;
export type AssistantBlock =
  | TextBlock
  | RefusalBlock
  | MediaBlock
  | ReasoningBlock
  | ToolCallBlock
  | ForeignBlock;
export type Block = UserBlock | AssistantBlock | ToolResultBlock;

interface MessageBase {
  readonly name?: string;
  readonly extra?: Extra;
}

export interface SystemMessage extends MessageBase {
  readonly role: 'system';
  /** OpenAI's newer models take instructions of the developer, under that role. */
  readonly isDeveloper?: boolean;
  readonly content: readonly (TextBlock | ForeignBlock)[];
}

export interface UserMessage extends MessageBase {
  readonly role: 'user';
  readonly content: readonly UserBlock[];
}

export interface AssistantMessage extends MessageBase {
  readonly role: 'assistant';
  readonly content: readonly AssistantBlock[];
}

/** The results of tool calls, in the order in which they came. */
export interface ToolMessage extends MessageBase {
  readonly role: 'tool';
  readonly content: readonly (ToolResultBlock | ForeignBlock)[];
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;
