import type { Ledger, LedgerEntry } from '@vector-engine/express';
import { facts, type Habit, mark } from './cast.ts';
import { around, pick, type Random } from './chance.ts';
import type { KeyedProgram } from './hand-out-keys.ts';

export interface HistoryOptions {
  readonly programs: readonly KeyedProgram[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly days: number;
  /** At most; at night there are fewer. */
  readonly calls: number;
  readonly random: Random;
}

const day = 86_400_000;

/**
 * Calls of the last days, as they might have been, in a ledger that has none yet: a page without a past says little. Each
 * has the tag `simulated`. Gives how many were written.
 */
export async function seedHistory(ledger: Ledger, options: HistoryOptions): Promise<number> {
  if ((await ledger.query({ limit: 1 })).entries.length > 0) return 0;
  const { now, days, calls, random } = options;
  const entries: LedgerEntry[] = [];
  for (let index = 0; index < calls; index++) {
    // More of late than at first, as where something catches on.
    const time = Math.floor(now - random() ** 1.5 * days * day);
    const keyed = pick(
      random,
      options.programs.map((one) => ({ ...one, weight: one.program.weight })),
    );
    const habit = pick(random, keyed.program.habits);
    // What people do, they do by day.
    if (random() > Math.max(1 - keyed.program.daily, busyAt(time)) || facts[habit.model] === undefined)
      continue;
    entries.push(makeEntry({ id: `simulated-${index}`, time, keyed, habit, random }));
  }
  entries.sort((one, other) => one.time - other.time);
  for (let first = 0; first < entries.length; first += 500)
    await ledger.append(entries.slice(first, first + 500));
  return entries.length;
}

/** From 0 at night and at weekends to 1 at noon. */
function busyAt(time: number): number {
  const at = new Date(time);
  const weekday = at.getUTCDay();
  const noon = Math.max(0, Math.sin(((at.getUTCHours() + at.getUTCMinutes() / 60 - 6) / 14) * Math.PI));
  return weekday === 0 || weekday === 6 ? noon * 0.25 : noon;
}

interface Making {
  readonly id: string;
  readonly time: number;
  readonly keyed: KeyedProgram;
  readonly habit: Habit;
  readonly random: Random;
}

function makeEntry({ id, time, keyed, habit, random }: Making): LedgerEntry {
  const { program, keyId } = keyed;
  const model = facts[habit.model];
  const { upstream = '', input = 0, output = 0, firstByte = 0, tokensPerSecond = 0 } = model ?? {};
  const isHit = habit.kind === 'same-question' && random() < 0.55;
  const isFailed = !isHit && random() < 0.018;
  const inputTokens = isFailed ? 0 : Math.round(around(random, habit.kind === 'chat' ? 2200 : 900));
  const outputTokens = isFailed || tokensPerSecond === 0 ? 0 : Math.round(around(random, 320));
  const price = Math.round((inputTokens * input + outputTokens * output) * 1000);
  const first = isHit ? 2 : Math.round(around(random, firstByte));
  const writing = isHit || tokensPerSecond === 0 ? 1 : (outputTokens / tokensPerSecond) * 1000;
  return {
    id,
    requestId: undefined,
    time,
    tenant: program.path.split('/')[0],
    path: program.path,
    principal: keyId,
    key: keyId,
    model: habit.model,
    served: habit.model === 'auto' ? 'gpt-5.2' : habit.model,
    upstream: isHit ? undefined : upstream,
    upstreamKey: isHit ? undefined : '#1',
    operation: habit.kind === 'embeddings' ? 'embeddings' : 'chat',
    status: isFailed ? 502 : 200,
    error: isFailed ? 'VE_UPSTREAM_STATUS' : undefined,
    attempts: isHit ? 0 : isFailed ? 2 : 1,
    inputTokens,
    cachedTokens: habit.kind === 'stream' ? Math.round(inputTokens * 0.4) : undefined,
    cacheWriteTokens: undefined,
    outputTokens,
    reasoningTokens: undefined,
    units: undefined,
    cost: isHit ? 0 : price,
    priceSource: 'catalogue',
    isEstimated: false,
    saved: isHit ? price : undefined,
    milliseconds: Math.round(first + writing),
    firstByteMilliseconds: isFailed ? undefined : first,
    cache: isHit ? 'hit' : undefined,
    stream: habit.kind === 'stream',
    tags: program.tag === undefined ? [mark] : [mark, program.tag],
    dropped: [],
    adjusted: [],
    redacted: undefined,
    notes: undefined,
    traceless: false,
    steps: undefined,
  };
}
