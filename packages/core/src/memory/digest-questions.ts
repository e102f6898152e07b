import { createHash } from 'node:crypto';
import type { Block, MediaBlock, Message } from '../protocol/content.ts';

/** Characters of a file that tell it from another of its length. */
const sample = 1024;

/**
 * What each answer of a conversation was given to, in a few bytes: what was said last, and the last two things that the user
 * said. By it a turn is told from another with the same words, or with the same id of a call: some vendors number the
 * calls of every conversation from 0. What was said earlier has no part in it: clients trim it, and sum it up.
 */
export class QuestionDigests {
  readonly #messages: readonly Message[];
  /** By the place of an answer: where the user spoke last before it, and where a user or a tool did. */
  readonly #userBefore: (number | undefined)[] = [];
  readonly #saidBefore: (number | undefined)[] = [];
  /** A long question stands before many answers where tools are called. */
  readonly #known = new Map<Message, string>();

  constructor(messages: readonly Message[]) {
    this.#messages = messages;
    let user: number | undefined;
    let said: number | undefined;
    for (const [index, { role }] of messages.entries()) {
      this.#userBefore.push(user);
      this.#saidBefore.push(said);
      if (role === 'user') user = index;
      if (role === 'user' || role === 'tool') said = index;
    }
    this.#userBefore.push(user);
    this.#saidBefore.push(said);
  }

  /** Of the answer that stands at this place; behind the last message stands the one that is asked for. */
  before(index: number = this.#messages.length): string {
    const last = this.#userBefore[index];
    const earlier = last === undefined ? undefined : this.#userBefore[last];
    return [...new Set([this.#saidBefore[index], last, earlier])].map((at) => this.#digest(at)).join(' ');
  }

  #digest(at: number | undefined): string {
    const message = at === undefined ? undefined : this.#messages[at];
    if (message === undefined) return '';
    const known = this.#known.get(message);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for (const words of wordsOf(message.content)) hash.update(words).update('\0');
    const digest = `${message.role} ${hash.digest('base64url')}`;
    this.#known.set(message, digest);
    return digest;
  }
}

function wordsOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'text') return [block.text];
    if (block.type === 'tool-result') return wordsOf(block.content);
    return block.type === 'media' ? [nameOf(block)] : [];
  });
}

/** Pictures are large, and hardly two of them have the same length and end. */
function nameOf({ source }: MediaBlock): string {
  switch (source.kind) {
    case 'base64':
      return `${source.data.length} ${source.data.slice(-sample)}`;
    case 'url':
      return source.url;
    case 'id':
      return source.id;
    default:
      return source.text;
  }
}
