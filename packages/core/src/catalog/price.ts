/** What a model costs, in nano-dollars (1e-9 of a dollar) per million tokens: whole numbers. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input that the vendor's prompt cache holds; as `input` where it is left out. */
  readonly cachedInput?: number;
  /** What holds in its stead, for all of a call's tokens, where its input is long. */
  readonly long?: LongPrice;
}

export interface LongPrice {
  /** Tokens of input from which on it holds. */
  readonly from: number;
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
}

/** In dollars per million tokens, as vendors tell their prices. */
export interface PriceInDollars {
  readonly input: number;
  readonly output: number;
  /** Of input that the vendor's prompt cache holds. Default: as `input`. */
  readonly cachedInput?: number | undefined;
}

/** The one place where a price that is no whole number becomes one. */
export function toNanoDollars(dollars: number): number {
  return Math.round(dollars * 1e9);
}

export function toPrice({ input, output, cachedInput }: PriceInDollars): Price {
  return {
    input: toNanoDollars(input),
    output: toNanoDollars(output),
    ...(cachedInput === undefined ? {} : { cachedInput: toNanoDollars(cachedInput) }),
  };
}

/** The price of a call with so many tokens of input. */
export function priceFor(price: Price, inputTokens: number): Omit<Price, 'long'> {
  return price.long !== undefined && inputTokens >= price.long.from ? price.long : price;
}
