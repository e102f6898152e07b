import { BOOKING, type RunningSubject, type Stage } from '../lineup.ts';
import { withLiveness } from '../liveness.ts';
import type { Plan } from '../measure.ts';
import { closedLoop } from '../scenarios.ts';
import { KEPT_IN_MEMORY } from '../subjects/booking.ts';
import { SHORT_STREAM, USAGE, WHOLE } from '../upstream-answers.ts';

export type BookingName = (typeof BOOKING)[number]['name'];

/** Microseconds of processor time for a call, of each subject in turn. */
export type BooksRound = Readonly<Record<BookingName, number>>;

export interface BooksShape {
  readonly mode: 'whole' | 'stream';
  readonly concurrency: number;
}

export interface BooksMeasurement {
  readonly shape: BooksShape;
  readonly rounds: readonly BooksRound[];
}

const SHAPES: readonly BooksShape[] = [
  { mode: 'whole', concurrency: 50 },
  { mode: 'stream', concurrency: 50 },
  { mode: 'whole', concurrency: 1 },
  { mode: 'stream', concurrency: 1 },
];

/** Dollars that each call costs: see `PRICE` in `subjects/booking.ts`. */
const COST = (USAGE.prompt_tokens * 2 + USAGE.completion_tokens * 8) / 1e6;

export type BooksPlan = Pick<Plan, 'rounds' | 'times' | 'warmUpMs'>;

/** What identity, limits, holds, settling and a row cost, in the same round as the same call without them. */
export async function measureBooks(stage: Stage, plan: BooksPlan): Promise<readonly BooksMeasurement[]> {
  const subjects: RunningSubject[] = [];
  for (const entry of BOOKING) subjects.push(await stage.start(entry));
  const before = (await stage.upstream.call('counts')).requests;
  const measurements: BooksMeasurement[] = [];
  for (const shape of SHAPES)
    measurements.push({ shape, rounds: await measureRounds(stage, plan, { shape, subjects }) });
  const asked = (await stage.upstream.call('counts')).requests - before;
  let booked = 0;
  for (const subject of subjects) {
    booked += await checkBooks(subject);
    await subject.child?.close();
  }
  if (booked === 0 || booked >= asked) throw new Error(`Of ${asked} calls ${booked} were paid for.`);
  return measurements;
}

interface Contest {
  readonly shape: BooksShape;
  readonly subjects: readonly RunningSubject[];
}

async function measureRounds(
  stage: Stage,
  plan: BooksPlan,
  { shape, subjects }: Contest,
): Promise<BooksRound[]> {
  const answerBytes = (shape.mode === 'whole' ? WHOLE : SHORT_STREAM).length / 2;
  const visit = async (subject: RunningSubject, measureMs: number): Promise<number> => {
    const times = { warmMs: plan.times.warmMs, measureMs };
    const loop = (): ReturnType<typeof closedLoop> =>
      closedLoop({ stage, subject, entry: undefined, times }, { ...shape, answerBytes });
    return (await withLiveness(stage, subject, loop)).cpu;
  };
  for (const subject of subjects) await visit(subject, plan.warmUpMs);
  const rounds: BooksRound[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const sample = { unbooked: 0, 'books-default': 0, 'booked-memory': 0, 'booked-sqlite': 0 };
    for (let turn = 0; turn < BOOKING.length; turn++) {
      const place = (round + turn) % BOOKING.length;
      const [entry, subject] = [BOOKING[place], subjects[place]];
      if (entry !== undefined && subject !== undefined)
        sample[entry.name] = await visit(subject, plan.times.measureMs);
    }
    rounds.push(sample);
  }
  return rounds;
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
