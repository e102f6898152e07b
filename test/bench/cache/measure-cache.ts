import { CACHING, type RunningSubject, type Stage } from '../lineup.ts';
import { PROMPT, type Question } from '../load-connection.ts';
import type { Plan } from '../measure.ts';
import { closedLoop } from '../scenarios.ts';
import { bodyOf } from '../verify.ts';

/** Microseconds of processor time for an answer of the gateway's cache, and of the route that it is measured against. */
export interface CacheRound {
  readonly cached: number;
  readonly fixed: number;
}

export interface CacheMeasurement {
  readonly whole: readonly CacheRound[];
  readonly stream: readonly CacheRound[];
}

export const STREAM_EVENTS = 200;
/** Role, first content, finish and `[DONE]`. */
const FRAME_EVENTS = 4;
const CONCURRENCY = 50;
/** What `load-connection.ts` counts its requests in. */
const mark = PROMPT.slice(0, PROMPT.indexOf(' '));

/** Each request is another by its bytes, and all ask the same: who asks is not part of it. */
function questionOf(stream: boolean): Question {
  const body = JSON.stringify({
    model: 'bench-model',
    ...(stream ? { stream } : {}),
    temperature: 0,
    user: mark,
    messages: [
      { role: 'system', content: 'You are a helpful assistant. Answer briefly.' },
      { role: 'user', content: PROMPT.replace(mark, 'Please') },
    ],
  });
  return { path: '/v1/chat/completions', body };
}

/** Lets a subject have both answers, a stream of 200 events one of them. */
async function fill(
  { load, upstream }: Stage,
  { port, headers }: RunningSubject,
): Promise<readonly string[]> {
  await upstream.call('mode', 'whole');
  await load.call('once', { port, headers, stream: false, question: questionOf(false) });
  await upstream.call('mode', 'held');
  await load.call('open', { shape: { port, headers, stream: true, question: questionOf(true) }, count: 1 });
  const before = (await upstream.call('counts')).requests;
  const held = load.call('hold');
  // A subject that passes nothing on before it has all of it does not open: the upstream is asked all the same.
  while ((await upstream.call('counts')).requests === before) await pause(5);
  await upstream.call('pour', STREAM_EVENTS - FRAME_EVENTS);
  await upstream.call('finish');
  await held;
  await load.call('release');
  await load.call('close');
  await pause(50);
  const answers: string[] = [];
  for (const stream of [false, true])
    answers.push(bodyOf(await load.call('once', { port, headers, stream, question: questionOf(stream) })));
  return answers;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What an answer of the cache costs, in the same round as the same bytes from a plain Express route. */
export async function measureCache(stage: Stage, plan: Plan): Promise<CacheMeasurement> {
  const [cachedEntry, fixedEntry] = CACHING;
  const cached = await stage.start(cachedEntry);
  const fixed = await stage.start(fixedEntry);
  const answers = [await fill(stage, cached), await fill(stage, fixed)];
  const [ours = [], theirs = []] = answers;
  if (ours.join() !== theirs.join())
    throw new Error(`The two answer different bytes:\n${answers.join('\n')}`);
  const events = ours[1]?.split('\n\n').filter(Boolean).length;
  if (events !== STREAM_EVENTS) throw new Error(`The stream has ${String(events)} events.`);
  const asked = (await stage.upstream.call('counts')).requests;
  const measurement = {
    whole: await measureRounds(stage, plan, { cached, fixed, stream: false, bytes: ours[0]?.length ?? 0 }),
    stream: await measureRounds(stage, plan, { cached, fixed, stream: true, bytes: ours[1]?.length ?? 0 }),
  };
  if ((await stage.upstream.call('counts')).requests !== asked)
    throw new Error('What was to come from the cache came from the upstream.');
  await cached.child?.close();
  await fixed.child?.close();
  return measurement;
}

interface Pair {
  readonly cached: RunningSubject;
  readonly fixed: RunningSubject;
  readonly stream: boolean;
  /** Of one answer. */
  readonly bytes: number;
}

async function measureRounds(stage: Stage, plan: Plan, pair: Pair): Promise<CacheRound[]> {
  const { stream, bytes } = pair;
  const visit = async (subject: RunningSubject, measureMs: number): Promise<number> => {
    const question = questionOf(stream);
    const times = { warmMs: plan.times.warmMs, measureMs };
    const loop = { mode: 'whole', concurrency: CONCURRENCY, answerBytes: bytes } as const;
    return (await closedLoop({ stage, subject, entry: undefined, times, question }, loop)).cpu;
  };
  for (const subject of [pair.cached, pair.fixed]) await visit(subject, plan.warmUpMs);
  const rounds: CacheRound[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    // Each goes first in turn.
    const order = round % 2 === 0 ? (['cached', 'fixed'] as const) : (['fixed', 'cached'] as const);
    const sample = { cached: 0, fixed: 0 };
    for (const name of order) sample[name] = await visit(pair[name], plan.times.measureMs);
    rounds.push(sample);
  }
  return rounds;
}
