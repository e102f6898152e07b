import type { ConditionalPrice, ModelInfo, ModelPrice, Provider } from '@pydantic/genai-prices';
import { batchShareOf } from './batch-share.ts';
import type { ModelFacts, PriceSchedule, TimedPrice } from './model-facts.ts';
import { type Price, type PriceInDollars, toMediaPrice, toNanoDollars } from './price.ts';

/** Where a model is had from. */
export interface Place {
  /** The vendor's short name. */
  readonly vendor: string;
  /** Scheme, host and port of its address. */
  readonly origin: string;
}

/** What the catalogue calls the vendors that have another name there. */
const names: Readonly<Record<string, string>> = {
  'azure-openai': 'azure',
  bedrock: 'aws',
  gemini: 'google',
  moonshot: 'moonshotai',
  vertex: 'google',
  voyage: 'voyageai',
  xai: 'x-ai',
  zhipu: 'zhipuai',
};

/** Finds what is known of a model at a vendor. */
export type FindFacts = (place: Place, model: string) => ModelFacts | undefined;

/**
 * The catalogue of @pydantic/genai-prices. It is large (parsing it takes tens of milliseconds), so it is loaded where
 * prices or windows are needed, and not before. Nothing is fetched: the data is in the package.
 */
export async function loadGenaiPrices(): Promise<FindFacts> {
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices');
  const providers = new Map<string, Provider | undefined>();
  const providerAt = ({ vendor, origin }: Place): Provider | undefined => {
    const key = `${vendor} ${origin}`;
    if (!providers.has(key)) {
      const id = names[vendor] ?? vendor;
      const named = findProvider({ providerId: id });
      // A name that is only like another is somebody else's.
      providers.set(key, findProvider({ providerApiUrl: origin }) ?? (named?.id === id ? named : undefined));
    }
    return providers.get(key);
  };
  return (place, model) => {
    const provider = providerAt(place);
    const found = provider && calcPrice({}, model, { provider })?.model;
    return found && toFacts(found, batchShareOf(place.vendor));
  };
}

function toFacts({ context_window: window, prices }: ModelInfo, batch: number | undefined): ModelFacts {
  if (!Array.isArray(prices)) return { window, prices: toPrice(prices, batch) };
  const timed = prices.flatMap((price) => toTimedPrice(price, batch));
  const [first, ...others] = timed;
  if (first === undefined) return { window, prices: undefined };
  const schedule: PriceSchedule = [first, ...others];
  return { window, prices: others.length === 0 ? first.price : schedule };
}

function toTimedPrice({ constraint, prices }: ConditionalPrice, batch: number | undefined): TimedPrice[] {
  const price = toPrice(prices, batch);
  if (price === undefined) return [];
  if (constraint === undefined) return [{ price }];
  if (constraint.type === 'start_date') return [{ price, since: Date.parse(constraint.start_date) }];
  const hours = { from: secondOf(constraint.start_time), to: secondOf(constraint.end_time) };
  return [{ price, hours }];
}

/** `00:30:00Z`, or with an offset in place of the Z: seconds of the day, UTC. */
function secondOf(time: string): number {
  return (Date.parse(`2000-01-02T${time}`) / 1000) % 86_400;
}

/** Undefined for what is paid for in a way that we do not know. */
function toPrice(prices: ModelPrice, batch: number | undefined): Price | undefined {
  const { input_mtok: input, output_mtok: output } = prices;
  const { cache_read_mtok: cached, cache_write_mtok: written, cache_write_1h_mtok: forHours } = prices;
  const amounts = { input, output, cached, written, forHours };
  const media = toMediaPrice(toMediaDollars(prices));
  if (input === undefined && media === undefined) return undefined;
  const from = typeof input === 'object' ? input.tiers[0]?.start : undefined;
  return {
    ...pricesAt(amounts, 0),
    // The catalogue's prices hold above so many tokens.
    ...(from === undefined ? {} : { long: { from: from + 1, ...pricesAt(amounts, from) } }),
    ...(media === undefined ? {} : { media }),
    ...(batch === undefined || input === undefined ? {} : { batch }),
  };
}

function toMediaDollars(prices: ModelPrice): PriceInDollars {
  const dollars = (name: string): number | undefined => {
    const amount = prices[name];
    return typeof amount === 'object' ? amount.base : amount;
  };
  const share = (name: string, count: number): number | undefined => {
    const amount = dollars(name);
    return amount === undefined ? undefined : amount / count;
  };
  return {
    imageInput: dollars('input_image_mtok'),
    audioInput: dollars('input_audio_mtok'),
    videoInput: dollars('input_video_mtok'),
    imageOutput: dollars('output_image_mtok'),
    audioOutput: dollars('output_audio_mtok'),
    videoOutput: dollars('output_video_mtok'),
    second: share('input_audio_hours', 3600) ?? share('audio_hours', 3600),
    search: share('web_searches_kcount', 1000),
    request: share('requests_kcount', 1000),
  };
}

type Amount = ModelPrice[string];
type Amounts = Readonly<Record<'input' | 'output' | 'cached' | 'written' | 'forHours', Amount>>;

function pricesAt(
  { input, output, cached, written, forHours }: Amounts,
  tokens: number,
): Omit<Price, 'long' | 'media' | 'batch'> {
  return {
    input: amountAt(input, tokens) ?? 0,
    // Embeddings have none.
    output: amountAt(output, tokens) ?? 0,
    ...defined({
      cachedInput: amountAt(cached, tokens),
      cacheWrite: amountAt(written, tokens),
      cacheWriteHour: amountAt(forHours, tokens),
    }),
  };
}

type Optional = Pick<Price, 'cachedInput' | 'cacheWrite' | 'cacheWriteHour'>;

function defined({
  cachedInput,
  cacheWrite,
  cacheWriteHour,
}: Readonly<Record<keyof Optional, number | undefined>>): Optional {
  return {
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(cacheWriteHour === undefined ? {} : { cacheWriteHour }),
  };
}

function amountAt(amount: Amount, tokens: number): number | undefined {
  if (amount === undefined) return undefined;
  if (typeof amount === 'number') return toNanoDollars(amount);
  const reached = tokens === 0 ? undefined : amount.tiers.findLast(({ start }) => start <= tokens);
  return toNanoDollars(reached?.price ?? amount.base);
}
