import type { Modality } from '../catalog/modality.ts';
import { type PriceInDollars, toPrice } from '../catalog/price.ts';
import type { CatalogOptions } from '../catalog/said-facts.ts';
import type { Sunset } from '../catalog/sunsets.ts';
import { optionsError } from '../errors.ts';
import { type RoutedModel, type RoutingTable, targetsOf } from '../routing/resolve-model.ts';
import { destinationsOf } from '../routing/router.ts';
import type { ParsedSunsets } from './options-schema.ts';
import { suggest } from './suggest.ts';

interface GivenFacts {
  readonly prices?: Readonly<Record<string, PriceInDollars>> | undefined;
  readonly windows?: Readonly<Record<string, number>> | undefined;
  readonly modalities?: Readonly<Record<string, Modality>> | undefined;
  readonly sunsets: ParsedSunsets;
}

/**
 * What the operator says of models, by `upstream/model` or by the model's name at any upstream.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` for a model that no route leads to, where the routes say where they lead.
 */
export function resolveCatalog(
  { prices = {}, windows = {}, modalities = {}, sunsets }: GivenFacts,
  table: RoutingTable,
): CatalogOptions {
  const served = namesServed(table);
  const named = { prices, windows, modalities, 'sunsets.models': sunsets.models };
  for (const [option, given] of Object.entries(named)) {
    const unknown = Object.keys(given).find((name) => served?.has(name) === false);
    if (unknown !== undefined)
      throw optionsError(
        `${option}["${unknown}"]: no route leads to a model of that name; write "upstream/model", or the model's name as its upstream has it.${suggest(unknown, [...(served ?? [])])}`,
      );
  }
  return {
    prices: new Map(Object.entries(prices).map(([name, price]) => [name, toPrice(price)])),
    windows: new Map(Object.entries(windows)),
    modalities: new Map(Object.entries(modalities)),
    sunsets: new Map(Object.entries(sunsets.models).map(([name, given]) => [name, given && toSunset(given)])),
  };
}

function toSunset({ date, successor }: Exclude<ParsedSunsets['models'][string], false>): Sunset {
  return { date, ...(successor === undefined ? {} : { successor }) };
}

/** By both names; undefined where any model may be served, because callers or a function can name it. */
function namesServed({ models, known, addressable }: RoutingTable): ReadonlySet<string> | undefined {
  const isOpen = addressable.size > 0 || [...models.values()].some(({ serves }) => isFree(serves));
  if (isOpen) return undefined;
  const targets = [...models.values(), ...known.values()].flatMap(targetsOf);
  const destinations = [...models.values()].flatMap(({ serves, fallbacks }) => [
    ...(typeof serves === 'function' ? destinationsOf(serves) : []),
    ...Object.values(fallbacks ?? {}).flat(),
  ]);
  return new Set(
    [...targets.map(({ upstream, model }) => `${upstream}/${model}`), ...destinations].flatMap(bothNames),
  );
}

/** With its upstream and without. */
function bothNames(name: string): string[] {
  return [name, name.slice(name.indexOf('/') + 1)];
}

/** A function that does not say where it sends. */
function isFree(serves: RoutedModel['serves']): boolean {
  return typeof serves === 'function' && !('destinations' in serves);
}
