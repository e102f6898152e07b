/*
 * How long first bytes took, as a histogram that is a text: a letter for each bucket, and how many there are of it behind
 * it, unless there is one. What two say together is what they say one behind the other, in any order, so that databases
 * put them together without knowing what they mean.
 */

/** Each bucket ends 12 % above where it begins, at 2^(1/6) times as much; the first has what took 1 ms at most, the last what took 10 minutes and more. */
const perDoubling = 6;
const buckets = 116;

/** What a quantile is said to be is never at the edge of its bucket: so it is wrong by 9 % at most. */
const margin = 0.25;

/** No digit and no hyphen: from `:` to `~`, then from `¡` on. */
const lastPlain = 68;
const codeOf = (bucket: number): number => (bucket <= lastPlain ? 58 : 92) + bucket;
const bucketOf = (code: number): number => code - (code <= 58 + lastPlain ? 58 : 92);

/** Of one call; empty where it does not count, because it has failed or has no first byte. */
export function writeFirstByte(milliseconds: number | undefined, status: number): string {
  if (milliseconds === undefined || Number.isNaN(milliseconds) || status >= 400) return '';
  if (milliseconds <= 1) return String.fromCharCode(codeOf(0));
  return String.fromCharCode(
    codeOf(Math.min(buckets - 1, Math.floor(Math.log2(milliseconds) * perDoubling))),
  );
}

/** Adds to `counts` what a histogram says, so many times. */
function addCounts(counts: Map<number, number>, histogram: string, times: number): void {
  for (let place = 0; place < histogram.length; ) {
    const code = histogram.charCodeAt(place++);
    const begin = place;
    while (place < histogram.length && histogram.charCodeAt(place) < 58) place++;
    const calls = begin === place ? 1 : Number(histogram.slice(begin, place));
    counts.set(code, (counts.get(code) ?? 0) + times * calls);
  }
}

function writeCounts(counts: ReadonlyMap<number, number>): string {
  let histogram = '';
  for (const [code, calls] of counts)
    if (calls !== 0) histogram += String.fromCharCode(code) + (calls === 1 ? '' : String(calls));
  return histogram;
}

/** What comes and what goes, as one histogram, as short as can be. */
export function sumFirstBytes(come: string, gone = ''): string {
  const counts = new Map<number, number>();
  addCounts(counts, come, 1);
  addCounts(counts, gone, -1);
  return writeCounts(counts);
}

/** Milliseconds that so large a part of the calls took at most, by rank: 0.5 is the median. Undefined where there are none. */
export function quantilesOf(histogram: string, parts: readonly number[]): readonly (number | undefined)[] {
  if (histogram === '') return parts.map(() => undefined);
  const counts = new Map<number, number>();
  addCounts(counts, histogram, 1);
  const sorted = [...counts].filter(([, calls]) => calls > 0).toSorted(([one], [other]) => one - other);
  const all = sorted.reduce((sum, [, calls]) => sum + calls, 0);
  return parts.map((part) => {
    let before = 0;
    for (const [code, calls] of sorted) {
      const share = (part * all - before) / calls;
      before += calls;
      if (share > 1) continue;
      const within = margin + (1 - 2 * margin) * share;
      const bucket = bucketOf(code);
      const at = (place: number): number => 2 ** ((bucket + place) / perDoubling);
      // What is counted are whole milliseconds: of those that are in the bucket, one.
      return Math.max(Math.ceil(at(0)), Math.min(Math.round(at(within)), Math.ceil(at(1)) - 1));
    }
    return undefined;
  });
}
