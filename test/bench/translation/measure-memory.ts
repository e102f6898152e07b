import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningSubject, type Stage, TRANSLATING } from '../lineup.ts';
import { PAIRS, type Pair, questionOf, VERBATIM } from './pairs.ts';

/** Deltas of the one stream whose memory is looked at. */
export const LONG_STREAM_DELTAS = 100_000;
const EARLY = LONG_STREAM_DELTAS * 0.1;
const LATE = LONG_STREAM_DELTAS * 0.9;
const SETTLED_AFTER_MS = 100;

/** Bytes that the gateway holds more when nine tenths of a long stream have passed than after the first, by the pair's name. */
export async function measureMemory(stage: Stage): Promise<ReadonlyMap<string, number>> {
  const growths = new Map<string, number>();
  for (const pair of [VERBATIM, ...PAIRS]) growths.set(pair.name, await growthOf(stage, pair));
  await stage.upstream.call('speak', 'openai-chat');
  return growths;
}

/** In a process of its own, warmed by the same stream; see `measureMemory`. */
export async function growthOf(stage: Stage, pair: Pair): Promise<number> {
  const subject = await stage.start(TRANSLATING);
  await stage.upstream.call('speak', pair.upstream);
  await stage.upstream.call('mode', 'held');
  await passLongStream(stage, subject, pair);
  const growth = await passLongStream(stage, subject, pair);
  await subject.child?.close();
  return growth;
}

async function passLongStream(stage: Stage, subject: RunningSubject, pair: Pair): Promise<number> {
  const { load, upstream } = stage;
  const { child, headers, port } = subject;
  const managed = async (): Promise<number> => (await child?.call('memory'))?.managed ?? Number.NaN;
  await load.call('open', { shape: { port, headers, stream: true, question: questionOf(pair) }, count: 1 });
  await load.call('hold');
  await upstream.call('pour', EARLY);
  await untilDelivered(stage);
  const early = await managed();
  await upstream.call('pour', LATE - EARLY);
  await untilDelivered(stage);
  const late = await managed();
  await upstream.call('pour', LONG_STREAM_DELTAS - LATE);
  await upstream.call('finish');
  await load.call('release');
  await load.call('close');
  return late - early;
}

/** The caller has everything that was sent: nothing more arrives for a while. */
async function untilDelivered({ load }: Stage): Promise<void> {
  for (let before = -1, now = 0; before !== now; ) {
    before = now;
    await sleep(SETTLED_AFTER_MS);
    now = await load.call('received');
  }
}
