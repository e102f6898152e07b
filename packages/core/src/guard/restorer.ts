import { isJson, type JsonLeaf, readString, spliceText, walkJson } from './walk-json.ts';

/** How originals are put into a text: as they are, or as JSON writes what is in a string. */
export type Writing = 'plain' | 'json';

/** A text, as far as it can be said already. */
export interface Restored {
  readonly text: string;
  /** Its end, which may be the beginning of a placeholder. */
  readonly held: string;
}

/** Texts within texts that are read as JSON. */
const deepest = 4;

/** Puts back what placeholders stand for. */
export class Restorer {
  readonly #originals: ReadonlyMap<string, string>;
  /** Sorted, so that it is quick to say what one may begin with. */
  readonly #marks: readonly string[];
  readonly longest: number;

  constructor(originals: ReadonlyMap<string, string>) {
    this.#originals = originals;
    this.#marks = [...originals.keys()].toSorted();
    this.longest = Math.max(0, ...this.#marks.map(({ length }) => length));
  }

  /** All of a text. */
  restore(text: string, writing: Writing): string {
    const { text: restored, held } = this.begin(text, writing);
    return restored + held;
  }

  /** What comes first of a text. No more of it is held back than may become a placeholder. */
  begin(text: string, writing: Writing): Restored {
    let restored = '';
    let from = 0;
    for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) {
      const end = text.indexOf(']', at);
      const mark = end < 0 || end - at >= this.longest ? undefined : text.slice(at, end + 1);
      const original = mark === undefined ? undefined : this.#originals.get(mark);
      if (mark !== undefined && original !== undefined) {
        restored += text.slice(from, at) + (writing === 'json' ? inString(original) : original);
        from = at + mark.length;
        at = from - 1;
      } else if (end < 0 && text.length - at < this.longest && this.#mayBegin(text.slice(at))) {
        return { text: restored + text.slice(from, at), held: text.slice(at) };
      }
    }
    return { text: restored + text.slice(from), held: '' };
  }

  /** The edits that put them back into a JSON text that is well formed; `skips`: leaves that somebody else takes care of. */
  restoreJson(text: string, skips?: (leaf: JsonLeaf) => boolean, depth = 0): string {
    if (!text.includes('[')) return text;
    const edits: { start: number; end: number; text: string }[] = [];
    walkJson(text, (leaf) => {
      const { type, start, end, path } = leaf;
      if (type === 'number' || skips?.(leaf) === true) return;
      const quoted = text.slice(start, end);
      if (!quoted.includes('[')) return;
      const said = readString(quoted);
      const isArguments = path.at(-1) === 'arguments' || path.at(-1) === 'partial_json';
      const restored = isArguments ? this.restore(said, 'json') : this.#restoreText(said, depth);
      if (restored !== said) edits.push({ start, end, text: JSON.stringify(restored) });
    });
    return edits.length === 0 ? text : spliceText(text, edits);
  }

  /** What is JSON itself stays so. */
  #restoreText(text: string, depth: number): string {
    return depth < deepest && isJson(text)
      ? this.restoreJson(text, undefined, depth + 1)
      : this.restore(text, writingOf(text) ?? 'plain');
  }

  #mayBegin(beginning: string): boolean {
    const marks = this.#marks;
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((marks[middle] ?? '') < beginning) low = middle + 1;
      else high = middle;
    }
    return marks[low]?.startsWith(beginning) === true;
  }
}

/** How a text that begins so is written; undefined where that is not known yet. */
export function writingOf(beginning: string): Writing | undefined {
  const text = beginning.trimStart();
  if (text === '' || text === '[') return undefined;
  return /^(?:\{|\[\s*["{[\]])/.test(text) ? 'json' : 'plain';
}

/** As it stands between the quotes of a JSON string. */
function inString(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
