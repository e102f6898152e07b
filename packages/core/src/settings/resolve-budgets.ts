import { GatewayError, optionsError } from '../errors.ts';
import type { BudgetOptions, BudgetRules } from '../protocol/budget.ts';
import { suggest } from './suggest.ts';

/** Budgets by places in the tree, or a function from a place to those that it has. */
export type BudgetTree =
  | Readonly<Record<string, BudgetOptions | readonly BudgetOptions[]>>
  | ((path: string) => BudgetOptions | readonly BudgetOptions[] | undefined);

const members = ['limit', 'window', 'timeZone', 'startDay', 'soft'] as const;
const windows = ['day', 'week', 'month', 'total', 'credit'] as const;
/** Dollars: what whole nano-dollars can count. */
const mostDollars = Math.floor(Number.MAX_SAFE_INTEGER / 1e9);

/**
 * What the option `budgets` says; undefined where it is left out.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function resolveBudgets(given: unknown, isOpen: boolean): BudgetRules | undefined {
  if (given === undefined) return undefined;
  if (isOpen)
    throw optionsError(
      'budgets: nobody is told apart where the gateway is open; leave it out, or give identify',
    );
  if (isFunction(given)) return { isFixed: false, paths: [], at: (path) => ask(given, path) };
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw optionsError(
      'budgets: it must be an object of budgets by path, { "acme/research": { limit: 100 } } say, or a function from a path to its budgets',
    );
  const exact = new Map<string, readonly BudgetOptions[]>();
  const patterns: Pattern[] = [];
  for (const [path, value] of Object.entries(given)) {
    const steps = path.split('/');
    if (steps.includes(''))
      throw optionsError(
        `budgets["${path}"]: a path is made of names with a slash between them, "acme/research", or "acme/*" for each below acme`,
      );
    const budgets = readBudgets(`budgets["${path}"]`, value);
    if (steps.includes('*')) patterns.push({ steps, budgets });
    else exact.set(path, budgets);
  }
  patterns.sort(bySpecificity);
  const at: BudgetRules['at'] = (path) => exact.get(path) ?? find(patterns, path.split('/'));
  return { isFixed: true, paths: [...exact.keys()], at };
}

interface Pattern {
  readonly steps: readonly string[];
  readonly budgets: readonly BudgetOptions[];
}

/** Of several that fit, the one holds that names the earlier steps. */
function bySpecificity(one: Pattern, other: Pattern): number {
  const rank = ({ steps }: Pattern): string => steps.map((step) => (step === '*' ? '1' : '0')).join('');
  return rank(one).localeCompare(rank(other));
}

function find(patterns: readonly Pattern[], path: readonly string[]): readonly BudgetOptions[] {
  const found = patterns.find(
    ({ steps }) =>
      steps.length === path.length && steps.every((step, index) => step === '*' || step === path[index]),
  );
  return found?.budgets ?? [];
}

function isFunction(given: unknown): given is (path: string) => unknown {
  return typeof given === 'function';
}

/** What it says is checked with each call, and refuses the call where it is wrong. */
function ask(given: (path: string) => unknown, path: string): readonly BudgetOptions[] {
  const place = `budgets("${path}")`;
  let budgets: unknown;
  try {
    budgets = given(path);
  } catch (cause) {
    throw new GatewayError('VE_OPTIONS_INVALID', { reason: `${place}: it threw` }, { cause });
  }
  return readBudgets(place, budgets ?? []);
}

function readBudgets(place: string, given: unknown): readonly BudgetOptions[] {
  if (!Array.isArray(given)) return [readBudget(place, given)];
  return given.map((one: unknown, index) => readBudget(`${place}[${index}]`, one));
}

function readBudget(place: string, given: unknown): BudgetOptions {
  if (typeof given !== 'object' || given === null)
    throw optionsError(`${place}: it must be { ${members.join(', ')} }, or an array of them`);
  const [extra] = Object.keys(given).filter((name) => !members.some((member) => member === name));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; there can be ${members.join(', ')}.${suggest(extra, members)}`,
    );
  const read = (name: (typeof members)[number]): unknown => Reflect.get(given, name);
  const window = windows.find((one) => one === (read('window') ?? 'month'));
  if (window === undefined) throw optionsError(`${place}.window: it must be one of ${windows.join(', ')}`);
  const limit = readNumber(`${place}.limit`, read('limit'), {
    what: `a number of dollars, not negative and at most ${mostDollars}`,
    isRight: (value) => value >= 0 && value <= mostDollars,
  });
  if (window === 'credit' && limit !== undefined)
    throw optionsError(
      `${place}.limit: a credit is what was paid in, by gateway.budgets.topUp(); leave the limit out`,
    );
  if (window !== 'credit' && limit === undefined)
    throw optionsError(`${place}.limit: it is missing; give a number of dollars`);
  const lastDay = window === 'week' ? 7 : 28;
  if (read('startDay') !== undefined && window !== 'week' && window !== 'month')
    throw optionsError(`${place}.startDay: only a week or a month has one; leave it out`);
  const startDay = readNumber(`${place}.startDay`, read('startDay'), {
    what: `a day of the ${window}, from 1 to ${lastDay}`,
    isRight: (value) => Number.isInteger(value) && value >= 1 && value <= lastDay,
  });
  const soft = readNumber(`${place}.soft`, read('soft'), {
    what: 'a share of the limit, from 0 to 1',
    isRight: (value) => value >= 0 && value <= 1,
  });
  return { limit, window, timeZone: readZone(`${place}.timeZone`, read('timeZone')), startDay, soft };
}

interface NumberRule {
  readonly what: string;
  readonly isRight: (value: number) => boolean;
}

function readNumber(place: string, given: unknown, { isRight, what }: NumberRule): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'number' && isRight(given)) return given;
  const shown = typeof given === 'number' ? String(given) : typeof given;
  throw optionsError(`${place}: it must be ${what} (given: ${shown})`);
}

/** Those that are there: to ask takes long, and a function may be asked with every call. */
const known = new Set<string>(['UTC']);

function readZone(place: string, given: unknown): string | undefined {
  if (given === undefined || (typeof given === 'string' && known.has(given))) return given;
  if (typeof given !== 'string') throw optionsError(`${place}: it must be a text, "Europe/Berlin" say`);
  try {
    Intl.DateTimeFormat('en', { timeZone: given });
  } catch {
    throw optionsError(
      `${place}: there is no time zone "${given}"; it is named as in "Europe/Berlin".${suggest(given, Intl.supportedValuesOf('timeZone'))}`,
    );
  }
  if (known.size < 1000) known.add(given);
  return given;
}
