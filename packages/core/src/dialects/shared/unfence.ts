import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { StreamParser } from '../../protocol/codec.ts';

/*
 * A model that is asked for JSON in words may put it into a code fence, whatever it was told. Nothing that is JSON begins
 * with one: what does is meant without.
 */
const opening = /^\s*```[^\n`]*\n/;
const mayOpen = /^\s*(`{0,2}|```[^\n`]*)$/;
const closing = /\s*```\s*$/;
const mayClose = /\s*`{0,3}\s*$/;

export function wantsJson({ output }: ChatRequest): boolean {
  return output !== undefined && output.type !== 'text';
}

export function unfenceAnswer(answer: ChatAnswer): ChatAnswer {
  return {
    ...answer,
    choices: answer.choices.map((choice) => ({
      ...choice,
      content: choice.content.map((block) =>
        block.type === 'text' && opening.test(block.text)
          ? { ...block, text: block.text.replace(opening, '').replace(closing, '') }
          : block,
      ),
    })),
  };
}

/** The same of a stream: only what may be a fence is held back. */
export function unfenceStream(parser: StreamParser): StreamParser {
  const texts = new Map<string, Unfencing>();
  const unfence = (part: Part): readonly Part[] => {
    if (part.type !== 'text-delta' && part.type !== 'text-end') return [part];
    const key = `${part.choice} ${part.block}`;
    const known = texts.get(key) ?? new Unfencing();
    texts.set(key, known);
    const text = part.type === 'text-delta' ? known.push(part.text) : known.end();
    const { choice, block } = part;
    const told: Part[] = text === '' ? [] : [{ type: 'text-delta', choice, block, text }];
    return part.type === 'text-end' ? [...told, part] : told;
  };
  return {
    push: (event) => parser.push(event).flatMap(unfence),
    end: () => parser.end().flatMap(unfence),
  };
}

/** One text, piece by piece. */
class Unfencing {
  #held = '';
  #kind: 'unknown' | 'plain' | 'fenced' = 'unknown';

  /** What of it is certain. */
  push(piece: string): string {
    if (this.#kind === 'plain') return piece;
    const text = this.#held + piece;
    if (this.#kind === 'fenced') return this.#keepEnd(text);
    if (opening.test(text)) {
      this.#kind = 'fenced';
      return this.#keepEnd(text.replace(opening, ''));
    }
    if (mayOpen.test(text)) return this.#keep(text, text.length);
    this.#kind = 'plain';
    return this.#keep(text, 0);
  }

  end(): string {
    return this.#kind === 'fenced' ? this.#held.replace(closing, '') : this.#held;
  }

  #keepEnd(text: string): string {
    return this.#keep(text, mayClose.exec(text)?.[0].length ?? 0);
  }

  #keep(text: string, length: number): string {
    const border = text.length - length;
    this.#held = text.slice(border);
    return text.slice(0, border);
  }
}
