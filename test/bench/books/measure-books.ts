import { BOOKING, type RunningSubject, type Stage } from '../lineup.ts';
import { measureSideBySide, type SideBySide, type SideBySidePlan } from '../side-by-side.ts';
import { KEPT_IN_MEMORY } from '../subjects/booking.ts';
import { USAGE } from '../upstream-answers.ts';

export type BookingName = (typeof BOOKING)[number]['name'];
export type BooksMeasurement = SideBySide<BookingName>;

const shapes = [
  { mode: 'whole', concurrency: 50 },
  { mode: 'stream', concurrency: 50 },
  { mode: 'whole', concurrency: 1 },
  { mode: 'stream', concurrency: 1 },
] as const;

/** Dollars that each call costs: see `PRICE` in `subjects/booking.ts`. */
const COST = (USAGE.prompt_tokens * 2 + USAGE.completion_tokens * 8) / 1e6;

/** What identity, limits, holds, settling and a row cost, in the same round as the same call without them. */
export function measureBooks(stage: Stage, plan: SideBySidePlan): Promise<readonly BooksMeasurement[]> {
  const attend = async (subjects: readonly RunningSubject[]): Promise<() => Promise<void>> => {
    const before = (await stage.upstream.call('counts')).requests;
    return async () => {
      const asked = (await stage.upstream.call('counts')).requests - before;
      let booked = 0;
      for (const subject of subjects) booked += await checkBooks(subject);
      if (booked === 0 || booked >= asked) throw new Error(`Of ${asked} calls ${booked} were paid for.`);
    };
  };
  return measureSideBySide(stage, { entries: BOOKING, shapes, attend }, plan);
}

/** How many calls were paid for: for each there is a row, the last ones in memory, and nothing is held any more. */
async function checkBooks({ child, name }: RunningSubject): Promise<number> {
  const reading = await child?.call('books');
  if (reading === undefined) return 0;
  const { held, rows, spent } = reading;
  const calls = Math.round(spent / COST);
  const most = name === 'booked-memory' ? KEPT_IN_MEMORY : Number.POSITIVE_INFINITY;
  const isExact = Math.abs(spent - calls * COST) < 1e-9 * calls;
  if (held !== 0 || !isExact || rows !== Math.min(calls, most))
    throw new Error(`${name}: ${rows} rows for ${spent} dollars, and ${held} dollars are held.`);
  return calls;
}
