import { optionsError } from '../errors.ts';
import type { RoutedModel, RoutingTable } from '../routing/resolve-model.ts';
import { destinationsOf } from '../routing/router.ts';
import type { Upstreams } from './options.ts';
import { resolveExpansion } from './resolve-expansion.ts';
import { resolveFallbacks } from './resolve-fallbacks.ts';
import { isRouter, resolveGroup } from './resolve-group.ts';
import { resolveHedge } from './resolve-hedge.ts';
import { resolveTimeouts } from './resolve-timeouts.ts';
import { suggest } from './suggest.ts';

interface RouteOptions {
  readonly upstreams: Upstreams;
  readonly models?: Readonly<Record<string, unknown>>;
  readonly addressable?: boolean;
}

/** Path segments that an upstream's name would hide. */
const reserved = new Set(['v1', 'v1beta', 'v2', 'admin', 'openapi.json']);

/**
 * Turns the names in the options into targets, and checks every one of them.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that says which name is wrong and what may have been meant.
 */
export function resolveRoutes(options: RouteOptions): RoutingTable {
  const { upstreams } = options;
  for (const name of Object.keys(upstreams)) checkUpstreamName(name);
  const known = catalogued(upstreams);
  const models = options.models === undefined ? known : named(options.models, upstreams);
  const addressable = options.addressable ?? options.models === undefined;
  if (models.size === 0 && options.models !== undefined && !addressable) {
    throw optionsError(
      'models: it names no model, so nothing would be served; name one, or leave it out to serve the models that the upstreams are known to have',
    );
  }
  const names = new Set(Object.keys(upstreams));
  const table = { models, known, addressable: addressable ? names : new Set<string>(), upstreams: names };
  for (const [name, model] of models) checkDestinations(table, name, model);
  return table;
}

function checkUpstreamName(name: string): void {
  if (reserved.has(name))
    throw optionsError(`upstreams["${name}"]: the name collides with the route /${name}; choose another`);
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
    throw optionsError(
      `upstreams["${name}"]: a name has letters, digits, "-", "_" and "." only, because callers can write "${name}/model"`,
    );
  }
}

/** Every catalogued model under its own name, served by each upstream that has it, in the order of the options. */
function catalogued(upstreams: Upstreams): Map<string, RoutedModel> {
  const hosts = new Map<string, { upstream: string; weight: number | undefined }[]>();
  for (const [upstream, { models, weight }] of Object.entries(upstreams)) {
    for (const model of models) {
      // `openai/gpt-5.2` of an aggregator must not be taken for the upstream `openai`: an address stays one.
      if (isAddressOfOther(upstreams, upstream, model)) continue;
      hosts.set(model, [...(hosts.get(model) ?? []), { upstream, weight }]);
    }
  }
  const served = new Map<string, RoutedModel>();
  for (const [model, at] of hosts) {
    const members = at.map(({ upstream, weight }) => ({ upstream, model, weight }));
    const strategy = at.some(({ weight }) => weight !== undefined) ? 'weighted' : 'priority';
    const serves = { members, strategy, affinity: undefined, weight: undefined } as const;
    served.set(model, { serves, fallbacks: undefined });
  }
  return served;
}

function isAddressOfOther(upstreams: Upstreams, host: string, model: string): boolean {
  const slash = model.indexOf('/');
  const upstream = model.slice(0, Math.max(slash, 0));
  return slash > 0 && upstream !== host && Object.hasOwn(upstreams, upstream);
}

function named(routes: Readonly<Record<string, unknown>>, upstreams: Upstreams): Map<string, RoutedModel> {
  const models = new Map<string, RoutedModel>();
  for (const [model, route] of Object.entries(routes)) {
    if (isRouter(route)) models.set(model, { serves: route, fallbacks: undefined });
    else
      models.set(model, {
        serves: resolveGroup(model, route, upstreams),
        fallbacks: resolveFallbacks(model, route),
        timeouts: resolveTimeouts(model, route),
        hedge: resolveHedge(`models["${model}"].hedge`, optionOf(route, 'hedge')),
        expansion: resolveExpansion(model, optionOf(route, 'expand')),
        continuation: readSwitch(`models["${model}"].continuation`, optionOf(route, 'continuation')),
      });
  }
  return models;
}

function readSwitch(place: string, given: unknown): boolean | undefined {
  if (given === undefined || typeof given === 'boolean') return given;
  throw optionsError(`${place}: it must be true or false`);
}

/** Of a route that says more than its targets. */
function optionOf(route: unknown, name: string): unknown {
  return typeof route === 'object' && route !== null ? Reflect.get(route, name) : undefined;
}

/** Routers and fallbacks name models; where they tell beforehand, a wrong name is told now. */
function checkDestinations(
  table: RoutingTable,
  name: string,
  { serves, fallbacks, expansion }: RoutedModel,
): void {
  const sentTo =
    typeof serves === 'function' ? destinationsOf(serves) : Object.values(fallbacks ?? {}).flat();
  if (expansion !== undefined && !isServed(table, expansion.model))
    throw optionsError(
      `models["${name}"].expand names "${expansion.model}", which is neither a model here nor "upstream/model".${suggest(expansion.model, [...table.models.keys(), ...table.known.keys()])}`,
    );
  for (const destination of sentTo) {
    if (destination === name) throw optionsError(`models["${name}"] goes on to itself; name another model`);
    if (!isServed(table, destination)) {
      throw optionsError(
        `models["${name}"] goes on to "${destination}", which is neither a model here nor "upstream/model".${suggest(destination, [...table.models.keys(), ...table.known.keys()])}`,
      );
    }
  }
}

function isServed({ models, known, upstreams }: RoutingTable, name: string): boolean {
  const slash = name.indexOf('/');
  const isAddress = slash > 0 && slash < name.length - 1 && upstreams.has(name.slice(0, slash));
  return models.has(name) || known.has(name) || isAddress;
}
