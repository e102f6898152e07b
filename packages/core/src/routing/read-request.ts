import type { ChatRequest } from '../protocol/chat-request.ts';
import type { Block, Message } from '../protocol/content.ts';
import type { RouteRequest } from './route-request.ts';

/** What can be seen of a chat at a glance. */
export interface Glance {
  /** What the user said last, at most 4,096 characters of it. */
  readonly words: string;
  /** Code in fences, anywhere in what the user said last. */
  readonly hasCode: boolean;
  readonly hasPictures: boolean;
  readonly hasDocuments: boolean;
  readonly toolCount: number;
  /** Messages so far. */
  readonly turns: number;
  readonly inputTokens: number;
  /** The caller asks for thinking. */
  readonly thinks: boolean;
  /** The answer must fit a schema. */
  readonly hasSchema: boolean;
}

/** Long texts are judged by their beginning: it says what is wanted, and no pattern takes long. */
const longestWords = 4096;

/** Undefined for what is no chat. */
export function glanceAt(request: RouteRequest): Glance | undefined {
  const { chat } = request;
  if (chat === undefined) return undefined;
  const last = chat.messages.findLast(({ role }) => role === 'user');
  const words = wordsOf(last);
  return {
    words,
    hasCode: words.includes('```'),
    hasPictures: hasMedia(chat, /^image\//),
    hasDocuments: hasMedia(chat, /^application\/|^text\//),
    toolCount: chat.tools?.length ?? 0,
    turns: chat.messages.length,
    inputTokens: request.inputTokens,
    thinks: isThinking(chat),
    hasSchema: chat.output?.type === 'json-schema',
  };
}

function isThinking({ reasoning }: ChatRequest): boolean {
  if (reasoning === undefined) return false;
  const { effort, budget } = reasoning;
  return (
    (effort !== undefined && effort !== 'none' && effort !== 'minimal') ||
    (budget !== undefined && budget !== 0)
  );
}

function wordsOf(message: Message | undefined): string {
  let words = '';
  for (const block of message?.content ?? []) {
    if (block.type === 'text') words += `${block.text}\n`;
    if (words.length >= longestWords) break;
  }
  return words.slice(0, longestWords);
}

function hasMedia({ messages }: ChatRequest, type: RegExp): boolean {
  const fits = (block: Block): boolean =>
    block.type === 'media' && type.test(block.mediaType ?? 'application/pdf');
  return messages.some(({ content }) => content.some(fits));
}
