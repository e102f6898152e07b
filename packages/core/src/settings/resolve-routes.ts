import { optionsError } from '../errors.ts';
import { findNearNames } from '../routing/find-near-names.ts';
import type { RoutedTarget, RoutingTable } from '../routing/resolve-model.ts';
import type { Upstreams } from './options.ts';

interface RouteOptions {
  readonly upstreams: Upstreams;
  readonly models?: Readonly<Record<string, unknown>>;
  readonly addressable?: boolean;
}

/** Path segments that an upstream's name would hide. */
const reserved = new Set(['v1', 'v1beta', 'admin', 'openapi.json']);

/**
 * Turns the names in the options into targets, and checks every one of them.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that says which name is wrong and what may have been meant.
 */
export function resolveRoutes(options: RouteOptions): RoutingTable {
  for (const name of Object.keys(options.upstreams)) checkUpstreamName(name);
  const models =
    options.models === undefined ? catalogued(options.upstreams) : named(options.models, options.upstreams);
  const addressable = options.addressable ?? options.models === undefined;
  if (models.size === 0 && options.models !== undefined && !addressable) {
    throw optionsError(
      'models: it names no model, so nothing would be served; name one, or leave it out to serve the models that the upstreams are known to have',
    );
  }
  return { models, addressable: new Set(addressable ? Object.keys(options.upstreams) : []) };
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
function catalogued(upstreams: Upstreams): Map<string, RoutedTarget[]> {
  const models = new Map<string, RoutedTarget[]>();
  for (const [name, upstream] of Object.entries(upstreams)) {
    for (const model of upstream.models) {
      const targets = models.get(model) ?? [];
      targets.push({ upstream: name, model, weight: upstream.weight });
      models.set(model, targets);
    }
  }
  return models;
}

function named(routes: Readonly<Record<string, unknown>>, upstreams: Upstreams): Map<string, RoutedTarget[]> {
  const models = new Map<string, RoutedTarget[]>();
  for (const [model, route] of Object.entries(routes)) {
    const targets = listTargets(route).map((target) => resolveTarget(model, target, upstreams));
    if (targets.length === 0)
      throw optionsError(`models["${model}"] has no targets; name at least one upstream`);
    models.set(model, targets);
  }
  return models;
}

function listTargets(route: unknown): readonly unknown[] {
  if (Array.isArray(route)) return route;
  if (typeof route === 'object' && route !== null && 'targets' in route && Array.isArray(route.targets)) {
    const [extra] = Object.keys(route).filter((key) => key !== 'targets');
    if (extra !== undefined) throw optionsError(`a route has "targets" only; there is no "${extra}"`);
    return route.targets;
  }
  return [route];
}

function resolveTarget(model: string, target: unknown, upstreams: Upstreams): RoutedTarget {
  if (typeof target === 'string') {
    const slash = target.indexOf('/');
    const upstream = slash < 0 ? target : target.slice(0, slash);
    const there = slash < 0 ? model : target.slice(slash + 1);
    if (there === '')
      throw optionsError(
        `models["${model}"] names "${target}", which ends before the model; write "${upstream}" or "${upstream}/model"`,
      );
    return { upstream, model: there, weight: checkUpstream(model, upstream, upstreams).weight };
  }
  if (
    typeof target !== 'object' ||
    target === null ||
    !('upstream' in target) ||
    typeof target.upstream !== 'string'
  ) {
    throw optionsError(
      `models["${model}"]: a target is "upstream", "upstream/model" or { upstream, model, weight }`,
    );
  }
  const { upstream } = target;
  const there = 'model' in target && target.model !== undefined ? target.model : model;
  const weight =
    'weight' in target && target.weight !== undefined
      ? target.weight
      : checkUpstream(model, upstream, upstreams).weight;
  checkUpstream(model, upstream, upstreams);
  if (typeof there !== 'string' || there === '')
    throw optionsError(`models["${model}"]: the target's model must be a name`);
  if (weight !== undefined && !(typeof weight === 'number' && weight > 0 && Number.isFinite(weight))) {
    throw optionsError(
      `models["${model}"]: the target's weight is ${typeof weight === 'number' ? weight : JSON.stringify(weight)}; it must be a number above 0`,
    );
  }
  const [extra] = Object.keys(target).filter((key) => !['upstream', 'model', 'weight'].includes(key));
  if (extra !== undefined)
    throw optionsError(`models["${model}"]: a target has upstream, model and weight; there is no "${extra}"`);
  return { upstream, model: there, weight };
}

function checkUpstream(model: string, upstream: string, upstreams: Upstreams): Upstreams[string] {
  const found = Object.hasOwn(upstreams, upstream) ? upstreams[upstream] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(upstreams);
  const [near] = findNearNames(upstream, names);
  throw optionsError(
    `models["${model}"] names upstream "${upstream}"; configured: ${names.join(', ')}.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
  );
}
