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
  return waiting.length === 0
    ? settle(hits, text.length)
    : Promise.all(waiting).then(() => settle(hits, text.length));
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

/** The longest wins, then the first, then what was asked for first; where something blocks, the rest does not matter any more. */
function settle(hits: readonly Hit[], length: number): readonly Hit[] {
  if (hits.length < 2) return hits;
  const blocking = hits.filter(({ mode }) => mode === 'block');
  if (blocking.length > 0) return blocking;
  const taken = new Uint8Array(length);
  const isFree = ({ start, end }: Hit): boolean => {
    // What is there already is no shorter: if the two overlap, it has one end of this.
    if (taken[start] === 1 || taken[end - 1] === 1) return false;
    taken.fill(1, start, end);
    return true;
  };
  return hits
    .toSorted((one, other) => other.end - other.start - (one.end - one.start) || one.start - other.start)
    .filter(isFree)
    .toSorted((one, other) => one.start - other.start);
}
