import { type FindFacts, loadGenaiPrices, type Place } from './genai-prices.ts';
import type { ModelFacts } from './model-facts.ts';
import { findOwnFacts } from './own-facts.ts';
import type { Price } from './price.ts';

/** One model at one upstream. */
export interface ModelPlace extends Place {
  /** The upstream's name in the options. */
  readonly upstream: string;
  /** The model's name there. */
  readonly model: string;
}

/** What the operator says of models, by `upstream/model` or by the model's name at any upstream. */
export interface CatalogOptions {
  readonly prices: ReadonlyMap<string, Price>;
  /** Tokens. */
  readonly windows: ReadonlyMap<string, number>;
}

/** What models cost and can read: the operator's own word first, then the catalogues, once they are loaded. */
export class Catalog {
  readonly #options: CatalogOptions;
  readonly #onError: (error: unknown) => void;
  #find: FindFacts | undefined;
  #loading: Promise<void> | undefined;

  /** `onError`: told where the catalogue cannot be loaded; the gateway goes on with what it knows. */
  constructor(options: CatalogOptions, onError: (error: unknown) => void) {
    this.#options = options;
    this.#onError = onError;
  }

  /** Undefined once everything is there. Never rejects. */
  load(): Promise<void> | undefined {
    if (this.#find !== undefined) return undefined;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.#find = await loadGenaiPrices();
    } catch (error) {
      this.#find = () => undefined;
      this.#onError(error);
    }
  }

  get isLoaded(): boolean {
    return this.#find !== undefined;
  }

  /** What the operator does not say is unknown until the catalogue is loaded. */
  facts(place: ModelPlace): ModelFacts {
    const { upstream, model } = place;
    const { prices, windows } = this.#options;
    const said = <Value>(by: ReadonlyMap<string, Value>): Value | undefined =>
      by.get(`${upstream}/${model}`) ?? by.get(model);
    const own = findOwnFacts(place, model);
    const found = this.#find?.(place, model);
    return {
      window: said(windows) ?? own?.window ?? found?.window,
      prices: said(prices) ?? own?.prices ?? found?.prices,
    };
  }
}
