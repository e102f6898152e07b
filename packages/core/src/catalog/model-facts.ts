import type { Price } from './price.ts';

/** Prices that hold at times; see `PriceSchedule`. */
export interface TimedPrice {
  readonly price: Price;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  /** Seconds of the day, UTC, from the first on and up to the second; it may go over midnight. */
  readonly hours?: { readonly from: number; readonly to: number };
}

/** In the order in which the later one wins, of those that hold: as vendors tell them, from the usual to the special. */
export type PriceSchedule = readonly [TimedPrice, ...TimedPrice[]];

/** What is known of a model at one vendor. */
export interface ModelFacts {
  /** Tokens that it can read at once, its answer included; undefined where nobody says. */
  readonly window: number | undefined;
  /** One price, or several that hold at times. */
  readonly prices: Price | PriceSchedule | undefined;
  /** Who says the price: the operator, or a list of vendors' prices. Left out where nobody does. */
  readonly priceSource?: PriceSource;
  /** Tokens of the longest answer that it gives; left out where nobody says. */
  readonly maxOutput?: number;
}

export type PriceSource = 'options' | 'catalogue';

/** The price that holds now. `now`: milliseconds since the epoch; asked only where it matters. */
export function priceNow(prices: ModelFacts['prices'], now: () => number): Price | undefined {
  if (prices === undefined || !isSchedule(prices)) return prices;
  const at = now();
  return (prices.findLast((timed) => holds(timed, at)) ?? prices[0]).price;
}

function isSchedule(prices: Price | PriceSchedule): prices is PriceSchedule {
  return Array.isArray(prices);
}

function holds({ since, hours }: TimedPrice, now: number): boolean {
  if (since !== undefined) return now >= since;
  if (hours === undefined) return true;
  const second = (now % 86_400_000) / 1000;
  const { from, to } = hours;
  return from <= to ? second >= from && second < to : second >= from || second < to;
}
