import type { BudgetOptions } from '../protocol/budget.ts';
import type { Limits } from '../protocol/limits.ts';
import { readFields } from './read-members.ts';

const kinds = ['rpm', 'rpd', 'tpm', 'tpd', 'concurrency'] as const;

/** @throws TypeError that names the member which is not what it has to be */
export function readLimits(name: string, value: unknown): Limits | undefined {
  if (value === undefined) return undefined;
  const fields = readFields(name, value, kinds);
  const limits: { -readonly [Kind in keyof Limits]: number } = {};
  for (const kind of kinds) {
    const limit = fields[kind];
    if (limit === undefined) continue;
    if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 1)
      throw new TypeError(`${name}.${kind} that is not a whole number above 0`);
    limits[kind] = limit;
  }
  return limits;
}

/** @throws TypeError that names the member which is not what it has to be */
export function readBudgets(name: string, value: unknown): readonly BudgetOptions[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new TypeError(`${name} that are no array of budgets`);
  return value.map((one: unknown, index) => readBudget(`${name}[${index}]`, one));
}

const members = ['limit', 'window', 'timeZone', 'startDay', 'soft'] as const;
const windows = ['day', 'week', 'month', 'total', 'credit'] as const;
/** Dollars: what whole nano-dollars can count. */
const mostDollars = Math.floor(Number.MAX_SAFE_INTEGER / 1e9);

function readBudget(name: string, value: unknown): BudgetOptions {
  const fields = readFields(name, value, members);
  const window = windows.find((one) => one === fields['window']);
  if (window === undefined && fields['window'] !== undefined)
    throw new TypeError(`${name}.window that is none of ${windows.join(', ')}`);
  const limit = readNumber(`${name}.limit`, fields['limit'], { least: 0, most: mostDollars });
  if (window === 'credit' && limit !== undefined)
    throw new TypeError(`${name}.limit, which a credit does not have: it is what was paid in`);
  if (window !== 'credit' && limit === undefined) throw new TypeError(`${name} without a limit, in dollars`);
  const most = window === 'week' ? 7 : 28;
  const startDay = readNumber(`${name}.startDay`, fields['startDay'], { least: 1, most });
  if (startDay !== undefined && !Number.isInteger(startDay))
    throw new TypeError(`${name}.startDay that is no whole number`);
  const soft = readNumber(`${name}.soft`, fields['soft'], { least: 0, most: 1 });
  const timeZone = readTimeZone(`${name}.timeZone`, fields['timeZone']);
  const budget: { -readonly [Member in keyof BudgetOptions]: BudgetOptions[Member] } = {};
  if (limit !== undefined) budget.limit = limit;
  if (window !== undefined) budget.window = window;
  if (timeZone !== undefined) budget.timeZone = timeZone;
  if (startDay !== undefined) budget.startDay = startDay;
  if (soft !== undefined) budget.soft = soft;
  return budget;
}

function readNumber(
  name: string,
  value: unknown,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new TypeError(`${name} that is not a number from ${least} to ${most}`);
}

/** Those that were found to be there: to ask for one takes long, and there are some hundreds. */
const knownZones = new Set<string>();

function readTimeZone(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && (knownZones.has(value) || isTimeZone(value))) return value;
  throw new TypeError(`${name} that is no time zone; it is like "Europe/Berlin"`);
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format(0);
  } catch {
    return false;
  }
  if (knownZones.size < 1000) knownZones.add(timeZone);
  return true;
}
