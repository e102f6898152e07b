import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import { type Child, startChild } from '../ipc.ts';
import { SUBJECT_CORE } from '../machine.ts';
import { SHAPES, type Shape } from './conversations.ts';
import type { TranslatorHandlers } from './translator.ts';

export const DIALECTS: readonly ChatDialect[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'bedrock',
];

/** One request of one format. */
export interface RequestRow {
  readonly shape: Shape;
  readonly source: ChatDialect;
  readonly bytes: number;
  /** Milliseconds of processor time that `JSON.parse` and `JSON.stringify` of its text take. */
  readonly copy: number;
  /** Beside the copy, for each other format. */
  readonly ratios: ReadonlyMap<ChatDialect, RequestRatio>;
}

export interface RequestRatio {
  /** The codecs: text of a body in, text of a body out; beside the copy of the text. */
  readonly codecs: number;
  /** What the gateway does: bytes in, their envelope checked and read, bytes out; beside the copy of the bytes. */
  readonly whole: number;
}

const RUNS = 2;

export interface RequestPlan {
  readonly rounds: number;
  /** Before those that count: the compiler sees what is to come. */
  readonly warmingRounds: number;
  readonly shapes?: readonly Shape[];
  readonly pin?: boolean;
}

/** Every format into every other, in a process of its own, in rounds in which copy and translations take turns. */
export async function measureRequests(plan: RequestPlan): Promise<RequestRow[]> {
  const { shapes, pin = true } = plan;
  const translator = await startChild<TranslatorHandlers>(new URL('translator.ts', import.meta.url), {
    ...(pin ? { core: SUBJECT_CORE } : {}),
    nodeFlags: ['--expose-gc'],
  });
  const rows: RequestRow[] = [];
  try {
    for (const shape of shapes ?? (Object.keys(SHAPES) as Shape[]))
      for (const source of DIALECTS) rows.push(await measureRow(translator, { ...plan, shape, source }));
  } finally {
    await translator.close();
  }
  return rows;
}

interface RowPlan extends RequestPlan {
  readonly shape: Shape;
  readonly source: ChatDialect;
}

async function measureRow(
  translator: Child<TranslatorHandlers>,
  { shape, source, rounds, warmingRounds }: RowPlan,
): Promise<RequestRow> {
  const bytes = await translator.call('take', { shape, source });
  const targets = DIALECTS.filter((dialect) => dialect !== source);
  const copy = newTimes();
  const taken = new Map(targets.map((target) => [target, newTimes()]));
  for (let round = -warmingRounds; round < rounds; round++) {
    const copied = {
      codecs: await translator.call('copyText', RUNS),
      whole: await translator.call('copyBytes', RUNS),
    };
    if (round >= 0) keepLeast(copy, copied);
    for (const [target, times] of taken) {
      const run = { target, runs: RUNS };
      const codecs = await translator.call('translateText', run);
      const whole = await translator.call('translateBytes', run);
      if (round >= 0) keepLeast(times, { codecs, whole });
    }
  }
  const ratios = new Map(
    [...taken].map(([target, { codecs, whole }]) => [
      target,
      { codecs: codecs / copy.codecs, whole: whole / copy.whole },
    ]),
  );
  return { shape, source, bytes, copy: copy.codecs, ratios };
}

/** Milliseconds of one way and the other: the least of all rounds, because everything else that a machine does only adds. */
interface Times {
  codecs: number;
  whole: number;
}

function newTimes(): Times {
  return { codecs: Number.POSITIVE_INFINITY, whole: Number.POSITIVE_INFINITY };
}

function keepLeast(least: Times, { codecs, whole }: Times): void {
  least.codecs = Math.min(least.codecs, codecs);
  least.whole = Math.min(least.whole, whole);
}
