import type { Detect, DetectContext, Detector, Finding } from '../protocol/finding.ts';
import type { Mode } from '../protocol/redaction.ts';

/** What is looked for, and what then. */
export interface Search {
  readonly mode: Mode;
  readonly detectors: readonly Detector[];
  readonly detect: Detect | undefined;
}

/** A finding, and what is to be done with it. */
export interface Hit extends Finding {
  readonly mode: Mode;
}

/** What is to be hidden in a text, from its beginning to its end; nothing overlaps. What blocks is there, whatever it overlaps. */
export function findHits(
  text: string,
  searches: readonly Search[],
  context: DetectContext,
): readonly Hit[] | Promise<readonly Hit[]> {
  const hits: Hit[] = [];
  const waiting: Promise<void>[] = [];
  for (const { mode, detectors, detect } of searches) {
    for (const find of detectors) for (const finding of find(text)) hits.push({ ...finding, mode });
    if (detect === undefined) continue;
    const take = (found: readonly Finding[]): void => {
      for (const finding of found) hits.push({ ...checkFinding(finding, text), mode });
    };
    const found = detect(text, context);
    if (found instanceof Promise) waiting.push(found.then(take));
    else take(found);
  }
  return waiting.length === 0 ? settle(hits) : Promise.all(waiting).then(() => settle(hits));
}

/** What a function of the operator's says is not taken on trust. */
function checkFinding({ kind, start, end }: Finding, text: string): Finding {
  const isRange =
    Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= text.length;
  if (!isRange)
    throw new RangeError(`a detector found something from ${start} to ${end}, which is no part of the text`);
  if (typeof kind !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(kind))
    throw new TypeError('a detector gives a kind that is no word of lower-case letters, digits and dashes');
  return { kind, start, end };
}

/** The longest wins, then the first, then what was asked for first. */
function settle(hits: readonly Hit[]): readonly Hit[] {
  if (hits.length < 2) return hits;
  const byLength = hits.toSorted((one, other) => rank(one) - rank(other) || one.start - other.start);
  const taken: Hit[] = [];
  const ends = new Starts();
  for (const hit of byLength) if (ends.claim(hit)) taken.push(hit);
  return taken.toSorted((one, other) => one.start - other.start);
}

function rank({ mode, start, end }: Hit): number {
  return (mode === 'block' ? -1e9 : 0) - (end - start);
}

/** Ranges that do not overlap, in order. */
class Starts {
  readonly #ranges: { readonly start: number; readonly end: number }[] = [];

  /** False where something is taken already. */
  claim({ start, end }: Finding): boolean {
    const ranges = this.#ranges;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    const before = ranges[low - 1];
    const after = ranges[low];
    if ((before !== undefined && before.end > start) || (after !== undefined && after.start < end))
      return false;
    ranges.splice(low, 0, { start, end });
    return true;
  }
}
