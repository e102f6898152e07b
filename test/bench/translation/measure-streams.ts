import type { RunningSubject, Stage } from '../lineup.ts';
import { withLiveness } from '../liveness.ts';
import type { Plan } from '../measure.ts';
import { closedLoop, pacedChunks, type Visit } from '../scenarios.ts';
import { BURST, BURST_CHUNKS, DELTA_TEXT, SHORT_STREAM_CHUNKS } from '../upstream-answers.ts';
import { bodyOf } from '../verify.ts';
import { type CallerDialect, PAIRS, type Pair, questionOf, VERBATIM } from './pairs.ts';

/** Microseconds of the gateway's processor time per delta. */
export interface StreamSample {
  /** 50 streams that get 200 deltas each in a second, every one at its own moment. */
  readonly paced: number;
  /** Streams that come as fast as they are taken, many deltas in one read: nearly nothing but the translation. */
  readonly burst: number;
}

/** Samples of all rounds by the pair's name. */
export type StreamSamples = ReadonlyMap<string, readonly StreamSample[]>;

/** Where the formats have the text of a delta. */
const TEXT: Readonly<Record<CallerDialect, RegExp>> = {
  'openai-chat': /"content":"([^"]*)"/g,
  'openai-responses': /"delta":"([^"]*)"/g,
  'anthropic-messages': /"text":"([^"]*)"/g,
  gemini: /"text":"([^"]*)"/g,
};

/** Before anything is measured: the caller gets every delta, and in a form of its own. */
export async function verifyPair(
  { load, upstream }: Stage,
  subject: RunningSubject,
  pair: Pair,
): Promise<void> {
  await upstream.call('speak', pair.upstream);
  await upstream.call('mode', 'stream');
  const { port, headers } = subject;
  const body = bodyOf(await load.call('once', { port, headers, stream: true, question: questionOf(pair) }));
  const text = Array.from(body.matchAll(TEXT[pair.caller]), ([, delta]) => delta).join('');
  if (text !== DELTA_TEXT.repeat(SHORT_STREAM_CHUNKS))
    throw new Error(`${pair.name}: the text is ${JSON.stringify(text)}. Seen: ${body.slice(0, 2_000)}`);
}

export interface StreamPlan extends Pick<Plan, 'rounds' | 'times' | 'warmUpMs'> {
  /** False leaves out the streams that come as fast as they are taken. Default true. */
  readonly bursts?: boolean;
}

/** Rounds of all pairs in turn, the verbatim one among them. Every round begins with another. */
export async function measureStreams(
  stage: Stage,
  subject: RunningSubject,
  { rounds, times, warmUpMs, bursts = true }: StreamPlan,
): Promise<StreamSamples> {
  const pairs = [VERBATIM, ...PAIRS];
  const samples = new Map<string, StreamSample[]>();
  const visit = async (pair: Pair, milliseconds: typeof times): Promise<StreamSample> => {
    await stage.upstream.call('speak', pair.upstream);
    const question = questionOf(pair);
    return withLiveness(stage, subject, () =>
      measurePair({ stage, subject, entry: undefined, times: milliseconds, question }, bursts),
    );
  };
  for (const pair of pairs) {
    await verifyPair(stage, subject, pair);
    await visit(pair, { warmMs: 0, measureMs: warmUpMs / 2 });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < pairs.length; turn++) {
      const pair = pairs[(round + turn) % pairs.length] ?? VERBATIM;
      const taken = samples.get(pair.name) ?? [];
      samples.set(pair.name, taken);
      taken[round] = await visit(pair, times);
    }
  }
  await stage.upstream.call('speak', 'openai-chat');
  return samples;
}

async function measurePair(visit: Visit, bursts: boolean): Promise<StreamSample> {
  const { 'chunk.cpu': paced = Number.NaN } = await pacedChunks.measure(visit);
  if (!bursts) return { paced, burst: Number.NaN };
  const { cpu } = await closedLoop(visit, {
    mode: 'burst',
    concurrency: 10,
    answerBytes: BURST.length / 3,
  });
  return { paced, burst: cpu / BURST_CHUNKS };
}
