/** Numbers, money and times as the reader's language writes them. Nothing is shown as a dash: "–". */
export interface Format {
  readonly number: (value: number | null | undefined) => string;
  /** 12,345,678 as 12.3M. */
  readonly compact: (value: number | null | undefined) => string;
  /** Of dollars: 0.000012 keeps digits that tell something, 12.3 is $12.30. */
  readonly money: (dollars: number | null | undefined) => string;
  /** Of nano-dollars. */
  readonly cost: (nanoDollars: number | null | undefined) => string;
  /** $12.3K, for axes. */
  readonly compactMoney: (dollars: number | null | undefined) => string;
  /** 0.123 as 12.3 %. */
  readonly percent: (share: number | null | undefined) => string;
  /** Of milliseconds: 840 ms, 1.24 s, 3 min 5 s. */
  readonly duration: (milliseconds: number | null | undefined) => string;
  /** Date and time of day, with seconds. Of milliseconds since the epoch, or ISO 8601. */
  readonly dateTime: (time: number | string | null | undefined) => string;
  /** Short: the time of day where it is the day of `now`, else the day and the time. */
  readonly moment: (time: number | string | null | undefined, now?: number) => string;
  readonly time: (time: number | string | null | undefined) => string;
  readonly day: (time: number | string | null | undefined) => string;
  /** For axes: the day without the year, and the time of day without seconds. */
  readonly shortDay: (time: number | string | null | undefined) => string;
  readonly clock: (time: number | string | null | undefined) => string;
  /** "3 minutes ago", "in 2 hours". */
  readonly ago: (time: number | string | null | undefined, now: number) => string;
  readonly list: (names: readonly string[]) => string;
}

export const nothing = '–';

/** @param timeZone default: the reader's */
export function createFormat(language: string, timeZone?: string): Format {
  const locale = language === 'zh' ? 'zh-CN' : 'en-US';
  const zone = timeZone === undefined ? {} : { timeZone };
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
  const dollars = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  const cents = new Intl.NumberFormat(locale, dollars);
  const parts = new Intl.NumberFormat(locale, { ...dollars, maximumSignificantDigits: 3 });
  const shortMoney = new Intl.NumberFormat(locale, {
    ...dollars,
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumSignificantDigits: 3,
  });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const smallShare = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  const unit = (name: string, digits: number): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    });
  const [millisecond, fineSecond, second, minute, hour] = [
    unit('millisecond', 0),
    unit('second', 2),
    unit('second', 0),
    unit('minute', 0),
    unit('hour', 0),
  ];
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const date = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...options, ...zone });
  const long = date({ year: 'numeric', month: 'short', day: 'numeric', ...clock, second: '2-digit' });
  const middle = date({ month: 'short', day: 'numeric', ...clock });
  const ofDay = date({ ...clock, second: '2-digit' });
  const justDay = date({ year: 'numeric', month: 'short', day: 'numeric' });
  const shortDay = date({ month: 'short', day: 'numeric' });
  const short24 = date(clock);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const names = new Intl.ListFormat(locale, { type: 'conjunction' });

  const money = (value: number): string => {
    const size = Math.abs(value);
    return size === 0 || size >= 0.995 ? cents.format(value) : parts.format(value);
  };
  const duration = (value: number): string => {
    if (value < 1000) return millisecond.format(Math.round(value));
    if (value < 60_000) return fineSecond.format(value / 1000);
    const seconds = Math.round(value / 1000);
    if (seconds < 3600) return join(minute.format(Math.floor(seconds / 60)), seconds % 60, second);
    return join(hour.format(Math.floor(seconds / 3600)), Math.floor((seconds % 3600) / 60), minute);
  };
  return {
    number: told((value) => whole.format(value)),
    compact: told((value) => (Math.abs(value) < 10_000 ? whole.format(value) : short.format(value))),
    money: told(money),
    cost: told((value) => money(value / 1e9)),
    compactMoney: told((value) => shortMoney.format(value)),
    percent: told((value) => (Math.abs(value) < 0.01 ? smallShare : share).format(value)),
    duration: told(duration),
    dateTime: at((time) => long.format(time)),
    moment: (time, now) =>
      at((value) => {
        const isSameDay = now !== undefined && justDay.format(value) === justDay.format(now);
        return (isSameDay ? ofDay : middle).format(value);
      })(time),
    time: at((time) => ofDay.format(time)),
    day: at((time) => justDay.format(time)),
    shortDay: at((time) => shortDay.format(time)),
    clock: at((time) => short24.format(time)),
    ago: (time, now) => at((value) => tellAgo(relative, (value - now) / 1000))(time),
    list: (list) => names.format(list),
  };
}

function join(text: string, rest: number, unit: Intl.NumberFormat): string {
  return rest === 0 ? text : `${text} ${unit.format(rest)}`;
}

function told(write: (value: number) => string): (value: number | null | undefined) => string {
  return (value) =>
    value === null || value === undefined || !Number.isFinite(value) ? nothing : write(value);
}

function at(write: (time: number) => string): (time: number | string | null | undefined) => string {
  const tell = told(write);
  return (time) => tell(typeof time === 'string' ? Date.parse(time) : time);
}

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `seconds`: below 0 where it is over. */
function tellAgo(relative: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(Math.trunc(seconds), 'second');
}
