import type { RunningSubject, Stage, SubjectEntry } from './lineup.ts';
import { withLiveness } from './liveness.ts';
import type { Question } from './load-connection.ts';
import { LOAD_CORE, moveToCore, SUBJECT_CORE } from './machine.ts';
import type { AnswerMode } from './upstream.ts';
import { BURST, BURST_CHUNKS, SHORT_STREAM, STREAM_CHUNK, WHOLE } from './upstream-answers.ts';

/** Figure ids to what was measured in one visit. */
export type Sample = Readonly<Record<string, number>>;

export interface Times {
  readonly warmMs: number;
  readonly measureMs: number;
}

export interface Visit {
  readonly stage: Stage;
  readonly subject: RunningSubject;
  readonly entry: SubjectEntry | undefined;
  readonly times: Times;
  /** By default a chat. */
  readonly question?: Question;
}

export interface Scenario {
  readonly name: string;
  /** Also measured without a gateway, so that what a gateway adds can be told. */
  readonly direct?: boolean;
  /** The subject is started afresh and tells nothing about the running one. */
  readonly fresh?: boolean;
  measure(visit: Visit): Promise<Sample>;
}

const OPEN_STREAMS = 1_000;
const PACED_STREAMS = 50;
const PACED_CHUNKS_PER_SECOND = 10_000;

const cpuOf = async (subject: RunningSubject): Promise<number> =>
  (await subject.child?.call('cpu')) ?? Number.NaN;
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

interface ClosedLoop {
  readonly mode: AnswerMode;
  readonly concurrency: number;
  /** What an answer has at least, in bytes: a subject that sends less cheats or fails. */
  readonly answerBytes: number;
}

interface LoopSample {
  readonly cpu: number;
  /** Share of a core that the subject used. */
  readonly busy: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly firstByte: number;
}

/** Microseconds and requests per second. */
export async function closedLoop(
  { stage, subject, times, question }: Visit,
  loop: ClosedLoop,
): Promise<LoopSample> {
  const { load, upstream } = stage;
  const { port, headers } = subject;
  await upstream.call('mode', loop.mode);
  const shape = { port, headers, stream: loop.mode !== 'whole', question };
  await load.call('open', { shape, count: loop.concurrency });
  await load.call('run', times.warmMs);
  const before = await cpuOf(subject);
  const result = await load.call('run', times.measureMs);
  const after = await cpuOf(subject);
  await load.call('close');
  if (result.bytes < result.requests * loop.answerBytes)
    throw new Error(`${subject.name} answered ${result.bytes} bytes to ${result.requests} requests.`);
  return {
    cpu: (after - before) / result.requests,
    busy: (after - before) / 1_000_000 / result.seconds,
    rate: result.requests / result.seconds,
    p50: result.p50 * 1_000,
    p99: result.p99 * 1_000,
    firstByte: result.firstByte * 1_000,
  };
}

function wholeCalls(concurrency: number): Scenario {
  const name = `whole-${concurrency}`;
  return {
    name,
    direct: true,
    async measure(visit) {
      const loop = { mode: 'whole', concurrency, answerBytes: WHOLE.length / 2 } as const;
      const sample = await closedLoop(visit, loop);
      const named = (['cpu', 'busy', 'rate', 'p50', 'p99'] as const).map((key) => [
        `${name}.${key}`,
        sample[key],
      ]);
      return Object.fromEntries(named);
    },
  };
}

const streamSetup: Scenario = {
  name: 'stream-setup',
  async measure(visit) {
    const loop = { mode: 'stream', concurrency: 50, answerBytes: SHORT_STREAM.length / 2 } as const;
    return { 'stream-setup.cpu': (await closedLoop(visit, loop)).cpu };
  },
};

/**
 * All on one core: waking another core costs tens of microseconds on a virtual machine, four times per request, and
 * says nothing about a gateway. What it costs can be seen in `whole-1`, where subjects have their own core.
 */
const firstByte: Scenario = {
  name: 'first-byte',
  direct: true,
  async measure(visit) {
    const loop = { mode: 'stream', concurrency: 1, answerBytes: SHORT_STREAM.length / 2 } as const;
    const processId = visit.subject.child?.process.pid;
    moveToCore(LOAD_CORE, processId);
    try {
      return { 'first-byte.p50': (await closedLoop(visit, loop)).firstByte };
    } finally {
      moveToCore(SUBJECT_CORE, processId);
    }
  },
};

export const pacedChunks: Scenario = {
  name: 'chunk',
  async measure({ stage: { load, upstream }, subject, times, question }) {
    const { port, headers } = subject;
    await upstream.call('mode', 'held');
    await load.call('open', { shape: { port, headers, stream: true, question }, count: PACED_STREAMS });
    await load.call('hold');
    await upstream.call('pace', PACED_CHUNKS_PER_SECOND);
    await pause(times.warmMs);
    const cpuBefore = await cpuOf(subject);
    const before = await upstream.call('counts');
    await pause(times.measureMs);
    const cpuAfter = await cpuOf(subject);
    const after = await upstream.call('counts');
    await upstream.call('finish');
    const bytes = await load.call('release');
    await load.call('close');
    const chunks = after.chunks - before.chunks;
    if (bytes < (chunks * STREAM_CHUNK.length) / 3)
      throw new Error(`${subject.name} passed on ${bytes} bytes of ${chunks} chunks.`);
    return { 'chunk.cpu': (cpuAfter - cpuBefore) / chunks };
  },
};

const burst: Scenario = {
  name: 'burst',
  async measure(visit) {
    const loop = { mode: 'burst', concurrency: 10, answerBytes: BURST.length / 2 } as const;
    return { 'burst.rate': (await closedLoop(visit, loop)).rate * BURST_CHUNKS };
  },
};

/** In a fresh process, so that no connection of an earlier visit is in the base line. */
const memory: Scenario = {
  name: 'memory',
  fresh: true,
  async measure(visit) {
    const { stage, entry } = visit;
    if (entry === undefined) return {};
    const { load, upstream } = stage;
    const subject = await stage.start(entry);
    const { child, headers, port } = subject;
    if (child === undefined) return {};
    const warming = { mode: 'stream', concurrency: 10, answerBytes: SHORT_STREAM.length / 2 } as const;
    await closedLoop({ ...visit, subject }, warming);
    const before = await child.call('memory');
    const after = await withLiveness(stage, subject, async () => {
      await upstream.call('mode', 'held');
      await load.call('open', { shape: { port, headers, stream: true }, count: OPEN_STREAMS });
      await load.call('hold');
      const reading = await child.call('memory');
      await upstream.call('finish');
      await load.call('release');
      await load.call('close');
      return reading;
    });
    await child.close();
    return {
      'memory.managed': (after.managed - before.managed) / OPEN_STREAMS,
      'memory.rss': (after.rss - before.rss) / OPEN_STREAMS,
    };
  },
};

/** The busiest first: what follows at one request at a time then runs as hot as it would in a server. */
export const SCENARIOS: readonly Scenario[] = [
  wholeCalls(50),
  wholeCalls(500),
  streamSetup,
  pacedChunks,
  burst,
  firstByte,
  wholeCalls(1),
  memory,
];

/** Not measured: lets the compiler see what is to come. */
export async function warmUp(visit: Visit): Promise<void> {
  await closedLoop(visit, { mode: 'whole', concurrency: 50, answerBytes: WHOLE.length / 2 });
  await closedLoop(visit, { mode: 'stream', concurrency: 50, answerBytes: SHORT_STREAM.length / 2 });
  await closedLoop(visit, { mode: 'burst', concurrency: 4, answerBytes: BURST.length / 2 });
}
