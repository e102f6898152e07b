import type { Mode } from '../protocol/redaction.ts';

/** What stands in place of something that was found: `[EMAIL]`. */
function maskOf(kind: string): string {
  return `[${labelOf(kind)}]`;
}

function labelOf(kind: string): string {
  return kind.toUpperCase().replaceAll('-', '_');
}

/** Placeholders of ours that stand in a text already, whoever wrote them there. */
const alike = /\[[A-Z][A-Z0-9_]{0,60}_([A-Z]{0,4})\d{1,9}\]?/g;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * What stands in one call for what must not leave: the same for the same, so that a model can tell people apart, and the
 * same again when the conversation goes on, so that a vendor's prompt cache finds it.
 */
export class Placeholders {
  readonly #marks = new Map<string, string>();
  readonly #originals = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #tag: string | undefined;
  readonly #used = new Set<string>();

  /** Before the first is given: placeholders that are in this text are nobody's of ours. */
  avoid(text: string): void {
    if (!text.includes('[')) return;
    for (const [, tag = ''] of text.matchAll(alike)) this.#used.add(tag);
  }

  /** Whether a text that came later has one in it that stands for something else. */
  isIn(text: string): boolean {
    if (!text.includes('[')) return false;
    for (const [found] of text.matchAll(alike)) if (this.#originals.has(found)) return true;
    return false;
  }

  markOf(kind: string, value: string, mode: Mode): string {
    if (mode !== 'reversible') return maskOf(kind);
    const label = labelOf(kind);
    const name = `${label} ${value}`;
    const known = this.#marks.get(name);
    if (known !== undefined) return known;
    this.#tag ??= this.#freeTag();
    const count = (this.#counts.get(label) ?? 0) + 1;
    const mark = `[${label}_${this.#tag}${count}]`;
    this.#counts.set(label, count);
    this.#marks.set(name, mark);
    this.#originals.set(mark, value);
    return mark;
  }

  /** By placeholder. */
  get originals(): ReadonlyMap<string, string> {
    return this.#originals;
  }

  #freeTag(): string {
    const used = this.#used;
    if (!used.has('')) return '';
    for (let number = 0; ; number++) {
      let tag = '';
      for (let rest = number + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
        tag = letters.charAt((rest - 1) % 26) + tag;
      if (!used.has(tag)) return tag;
    }
  }
}
