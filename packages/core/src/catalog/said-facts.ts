import type { Place } from './genai-prices.ts';
import { type Modality, modalityOf } from './modality.ts';
import type { Price } from './price.ts';
import { type Sunset, sunsetOf } from './sunsets.ts';

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
  readonly modalities: ReadonlyMap<string, Modality>;
  /** `false`: the model has no end, whatever we know. */
  readonly sunsets: ReadonlyMap<string, Sunset | false>;
}

/** What is known of a model without the catalogue of prices. */
type NamedModel = Omit<ModelPlace, 'origin'>;

/** The operator's word: about the model at this upstream, or at any. */
export function saidOf<Value>(
  by: ReadonlyMap<string, Value>,
  { upstream, model }: NamedModel,
): Value | undefined {
  return by.get(`${upstream}/${model}`) ?? by.get(model);
}

/** What a model is for: as the operator says, else by its name. */
export function findModality(
  { modalities }: Pick<CatalogOptions, 'modalities'>,
  place: NamedModel,
): Modality {
  return saidOf(modalities, place) ?? modalityOf(place.vendor, place.model);
}

/** When a model ends: as the operator says, else as its vendor does; undefined where neither says. */
export function findSunset(
  { sunsets }: Pick<CatalogOptions, 'sunsets'>,
  place: NamedModel,
): Sunset | undefined {
  const said = saidOf(sunsets, place);
  return said === false ? undefined : (said ?? sunsetOf(place.vendor, place.model));
}
