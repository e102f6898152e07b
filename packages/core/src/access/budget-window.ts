import type { BudgetOptions } from '../protocol/budget.ts';

/** One day, week or month, in milliseconds since the epoch. */
export interface BudgetPeriod {
  /** `2026-11-21`, the first of its days; `2026-11` for a month that begins with the first; the same for all time where nothing ends. */
  readonly name: string;
  readonly start: number;
  /** The first instant of the next; Infinity where there is none. */
  readonly end: number;
}

const hour = 3_600_000;
const day = 24 * hour;
/** No clock on earth is further from UTC. */
const furthest = 26 * hour;

const ever: BudgetPeriod = { name: 'ever', start: -Infinity, end: Infinity };
const none: BudgetPeriod = { name: '', start: Infinity, end: -Infinity };

/*
 * A day of the calendar is written as the instant at which it would begin in UTC, so that counting days is adding numbers. It
 * begins where the clocks of the zone first show it: at midnight, or later where that is skipped.
 */

/** Which period a moment is in. The one that was asked for last is kept: until it ends, telling it is two comparisons. */
export class BudgetWindow {
  readonly #kind: NonNullable<BudgetOptions['window']>;
  readonly #startDay: number;
  readonly #zone: Intl.DateTimeFormat | undefined;
  #last = none;

  /** @throws RangeError where there is no such time zone */
  constructor({ window = 'month', timeZone = 'UTC', startDay = 1 }: BudgetOptions) {
    this.#kind = window;
    this.#startDay = startDay;
    this.#zone = timeZone === 'UTC' ? undefined : zoneOf(timeZone);
  }

  at(now: number): BudgetPeriod {
    if (now >= this.#last.start && now < this.#last.end) return this.#last;
    if (this.#kind === 'total' || this.#kind === 'credit') this.#last = ever;
    else this.#last = this.#periodOf(now);
    return this.#last;
  }

  #periodOf(now: number): BudgetPeriod {
    let first = this.#firstDay(now + offsetAt(this.#zone, now));
    let start = beginOf(this.#zone, first);
    let next = this.#dayAfter(first);
    let end = beginOf(this.#zone, next);
    // Clocks that are set back may show the old day once more, and days that a zone has skipped are over when they begin.
    while (now >= end) {
      first = next;
      start = end;
      next = this.#dayAfter(first);
      end = beginOf(this.#zone, next);
    }
    const name = new Date(first).toISOString();
    return { name: name.slice(0, this.#kind === 'month' && this.#startDay === 1 ? 7 : 10), start, end };
  }

  /** The first day of the period that the day of this reading of the zone's clocks is in. */
  #firstDay(reading: number): number {
    const today = Math.floor(reading / day) * day;
    const date = new Date(today);
    if (this.#kind === 'day') return today;
    if (this.#kind === 'week') return today - ((date.getUTCDay() + 7 - this.#startDay) % 7) * day;
    const isBefore = date.getUTCDate() < this.#startDay;
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - (isBefore ? 1 : 0), this.#startDay);
  }

  /** The first day of the period after the one that begins with this day. */
  #dayAfter(first: number): number {
    if (this.#kind === 'day') return first + day;
    if (this.#kind === 'week') return first + 7 * day;
    const date = new Date(first);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, this.#startDay);
  }
}

/** The first instant at which the clocks of the zone show this day, or a later one. */
function beginOf(zone: Intl.DateTimeFormat | undefined, midnight: number): number {
  const before = offsetAt(zone, midnight - furthest);
  const after = offsetAt(zone, midnight + furthest);
  if (before === after) return midnight - before;
  let still = midnight - furthest;
  let change = midnight + furthest;
  while (change - still > 1) {
    const middle = Math.floor((still + change) / 2);
    if (offsetAt(zone, middle) === before) still = middle;
    else change = middle;
  }
  return midnight - before < change ? midnight - before : Math.max(change, midnight - after);
}

/** Milliseconds that the clocks of the zone are ahead of UTC. */
function offsetAt(zone: Intl.DateTimeFormat | undefined, instant: number): number {
  if (zone === undefined) return 0;
  const whole = Math.floor(instant / 1000) * 1000;
  const shown: Record<string, number> = {};
  for (const { type, value } of zone.formatToParts(whole)) shown[type] = Number(value);
  const { year = 0, month = 1, day: date = 1, hour: hours = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, date, hours, minute, second) - whole;
}

function zoneOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}
