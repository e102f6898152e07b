import { completeSearches, completeWrites } from './complete-price.ts';
import { type FindFacts, loadGenaiPrices } from './genai-prices.ts';
import type { ModelFacts } from './model-facts.ts';
import { mostOutputOf } from './most-output.ts';
import { findOwnFacts } from './own-facts.ts';
import { type CatalogOptions, type ModelPlace, saidOf } from './said-facts.ts';

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
    const { prices, windows } = this.#options;
    const own = findOwnFacts(place, place.model);
    const found = this.#find?.(place, place.model);
    const said = saidOf(prices, place);
    const listed = own?.prices ?? found?.prices;
    const maxOutput = mostOutputOf(place.model);
    return {
      window: saidOf(windows, place) ?? own?.window ?? found?.window,
      prices: completeWrites(said ?? completeSearches(listed, place.model), place.model),
      ...((said ?? listed) === undefined
        ? {}
        : { priceSource: said === undefined ? 'catalogue' : 'options' }),
      ...(maxOutput === undefined ? {} : { maxOutput }),
    };
  }
}
