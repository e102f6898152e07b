/** What a model costs, in nano-dollars (1e-9 of a dollar): whole numbers. Tokens are priced by the million. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input that the vendor's prompt cache holds; as `input` where it is left out. */
  readonly cachedInput?: number;
  /** Of input that is written to that cache; as `input` where it is left out. */
  readonly cacheWrite?: number;
  /** The same of what is kept there for an hour or longer; as `cacheWrite` where it is left out. */
  readonly cacheWriteHour?: number;
  /** What holds in its stead, for all of a call's tokens, where its input is long. */
  readonly long?: LongPrice;
  /** Of what is not text; left out for a model that deals in nothing else. */
  readonly media?: MediaPrice;
  /** Share of the price at which the vendor's batches are billed: 0.5, say. Left out where there are none, or nobody knows. */
  readonly batch?: number;
}

export interface LongPrice {
  /** Tokens of input from which on it holds. */
  readonly from: number;
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
}

/** In nano-dollars: whole numbers. What is left out costs as text does, or nothing where it is not counted in tokens. */
export interface MediaPrice {
  /** By the million tokens that stand for pictures, for sound and for video. */
  readonly imageInput?: number;
  readonly audioInput?: number;
  readonly videoInput?: number;
  readonly imageOutput?: number;
  readonly audioOutput?: number;
  readonly videoOutput?: number;
  /** Of one picture that is made. */
  readonly image?: GradedPrice;
  /** Of one second of the video that is made, or of the sound that is heard. */
  readonly second?: GradedPrice;
  /** Of a million characters that are spoken. */
  readonly characters?: number;
  /** Of one search. */
  readonly search?: number;
  /** Of one call, on top of everything else. */
  readonly request?: number;
}

/**
 * One price, or several by what they hang on: quality, size, or both, with a space between (`hd 1024x1792`, `1080p`), and
 * `default` for all others.
 */
export type GradedPrice = number | Readonly<Record<string, number>>;

/** In dollars, tokens by the million, as vendors tell their prices. What is left out costs nothing, unless it says otherwise. */
export interface PriceInDollars {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  /** Of input that the vendor's prompt cache holds. Default: as `input`. */
  readonly cachedInput?: number | undefined;
  /** Of input that is written to that cache. Default: 1.25 times `input` for Claude, as `input` for all others. */
  readonly cacheWrite?: number | undefined;
  /** The same of what is kept there for an hour or longer. Default: twice `input` for Claude, as `cacheWrite` for all others. */
  readonly cacheWriteHour?: number | undefined;
  /** By the million tokens that stand for pictures, for sound and for video. Default: as `input` and `output`. */
  readonly imageInput?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly videoInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly videoOutput?: number | undefined;
  /** Of one picture that is made; by quality and size, where they matter. */
  readonly image?: GradedPrice | undefined;
  /** Of one second of the video that is made, or of the sound that is heard; by resolution, where it matters. */
  readonly second?: GradedPrice | undefined;
  /** Of a million characters that are spoken. */
  readonly characters?: number | undefined;
  /** Of one search: of a reranker, or of the web. */
  readonly search?: number | undefined;
  /** Of one call, on top of everything else. */
  readonly request?: number | undefined;
  /** Share of the price at which the vendor's batches are billed: 0.5, say. */
  readonly batch?: number | undefined;
}

/** The one place where a price that is no whole number becomes one. */
export function toNanoDollars(dollars: number): number {
  return Math.round(dollars * 1e9);
}

export function toPrice(given: PriceInDollars): Price {
  const { input = 0, output = 0, cachedInput, cacheWrite, cacheWriteHour, batch } = given;
  const media = toMediaPrice(given);
  return {
    input: toNanoDollars(input),
    output: toNanoDollars(output),
    ...(cachedInput === undefined ? {} : { cachedInput: toNanoDollars(cachedInput) }),
    ...(cacheWrite === undefined ? {} : { cacheWrite: toNanoDollars(cacheWrite) }),
    ...(cacheWriteHour === undefined ? {} : { cacheWriteHour: toNanoDollars(cacheWriteHour) }),
    ...(media === undefined ? {} : { media }),
    ...(batch === undefined ? {} : { batch }),
  };
}

const flat = [
  'imageInput',
  'audioInput',
  'videoInput',
  'imageOutput',
  'audioOutput',
  'videoOutput',
  'characters',
  'search',
  'request',
] as const satisfies (keyof MediaPrice)[];

const graded = ['image', 'second'] as const satisfies (keyof MediaPrice)[];

/** Undefined where nothing is said of what is not text. */
export function toMediaPrice(given: PriceInDollars): MediaPrice | undefined {
  const media: { -readonly [Name in keyof MediaPrice]: MediaPrice[Name] } = {};
  for (const name of flat) if (given[name] !== undefined) media[name] = toNanoDollars(given[name]);
  for (const name of graded) if (given[name] !== undefined) media[name] = gradesToNanoDollars(given[name]);
  return Object.keys(media).length === 0 ? undefined : media;
}

function gradesToNanoDollars(price: GradedPrice): GradedPrice {
  if (typeof price === 'number') return toNanoDollars(price);
  return Object.fromEntries(Object.entries(price).map(([grade, dollars]) => [grade, toNanoDollars(dollars)]));
}

/** The price of a call with so many tokens of input. */
export function priceFor(price: Price, inputTokens: number): Omit<Price, 'long'> {
  return price.long !== undefined && inputTokens >= price.long.from ? price.long : price;
}

/** What a price may hang on. */
export interface Grade {
  readonly quality?: string;
  /** `1024x1792`, `1080p`, `4k`. */
  readonly size?: string;
}

/**
 * The price whose words are all said, and of several the one with the most words; else the `default`. The dearest where two
 * are alike, or there is no default: no price is guessed too low.
 */
export function priceOfGrade(price: GradedPrice, { quality = '', size = '' }: Grade): number {
  if (typeof price === 'number') return price;
  const said = new Set(`${quality} ${size} ${resolutionOf(size)}`.toLowerCase().split(/\s+/));
  let most = 0;
  let found: number[] = [];
  for (const [grade, amount] of Object.entries(price)) {
    const words = grade.toLowerCase().split(/\s+/);
    if (words.length < most || !words.every((word) => said.has(word))) continue;
    found = words.length > most ? [amount] : [...found, amount];
    most = words.length;
  }
  if (found.length > 0) return Math.max(...found);
  return price['default'] ?? Math.max(0, ...Object.values(price));
}

/** As price lists name it: `1920x1080` is `1080p`, whichever side is the longer one. */
function resolutionOf(size: string): string {
  const [, width, height] = /^(\d+)\s*x\s*(\d+)$/i.exec(size) ?? [];
  if (width === undefined || height === undefined) return '';
  const shorter = Math.min(Number(width), Number(height));
  return shorter === 2160 ? '4k' : `${shorter}p`;
}
