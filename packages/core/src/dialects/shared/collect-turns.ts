import type { Part } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import { collectParts } from './collect-parts.ts';
import { GrowingText } from './growing-text.ts';

/** Characters of an answer beyond which nothing of it is kept. */
const longest = 1_000_000;

type Delta = Extract<Part, { text: string }>;

/** The deltas of one block. */
interface Told {
  readonly first: Delta;
  readonly said: GrowingText;
}

/** What each choice of a streamed answer has said: one part is kept for all the deltas of a block. */
export class TurnCollector {
  #parts: (Part | Told)[] = [];
  readonly #told = new Map<string, Told>();
  /** The block that was added to last, and nearly always is added to next. */
  #open: Told | undefined;
  #length = 0;

  take(part: Part): void {
    if (!('block' in part) || this.#length > longest) return;
    this.#length += lengthOf(part);
    if ('text' in part) {
      this.#open = this.#find(part);
      this.#open.said.add(part.text);
    } else this.#parts.push(part);
    if (this.#length > longest) this.#forget();
  }

  /** None where there was too much to keep. */
  turns(): readonly (readonly AssistantBlock[])[] {
    const parts = this.#parts.map((part) =>
      'said' in part ? { ...part.first, text: part.said.toString() } : part,
    );
    return collectParts(parts).choices.map(({ content }) => content);
  }

  #find(part: Delta): Told {
    const { choice, block } = part;
    if (this.#open?.first.choice === choice && this.#open.first.block === block) return this.#open;
    const key = `${choice} ${block}`;
    const known = this.#told.get(key);
    if (known !== undefined) return known;
    const told: Told = { first: part, said: new GrowingText() };
    this.#told.set(key, told);
    this.#parts.push(told);
    return told;
  }

  #forget(): void {
    this.#parts = [];
    this.#told.clear();
    this.#open = undefined;
  }
}

/** Characters of what may be long: words, and the bytes of a picture. */
function lengthOf(part: Part): number {
  if ('text' in part) return part.text.length;
  const isPicture = part.type === 'block' && part.value.type === 'media';
  return isPicture && part.value.source.kind === 'base64' ? part.value.source.data.length : 0;
}
