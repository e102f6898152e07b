import { optionsError } from '../errors.ts';
import type { RoutedGroup, RoutedTarget } from '../routing/resolve-model.ts';
import type { Router } from '../routing/router.ts';
import { type Strategy, strategyNames } from '../routing/strategies/named.ts';
import type { Upstreams } from './options.ts';
import { suggest } from './suggest.ts';

/** Groups in groups: more than anybody can read is a mistake, or a circle. */
const deepest = 8;

export function isRouter(route: unknown): route is Router {
  return typeof route === 'function';
}

interface Place {
  readonly model: string;
  readonly upstreams: Upstreams;
  readonly depth: number;
}

/**
 * A route with its targets.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that says which name is wrong and what may have been meant.
 */
export function resolveGroup(model: string, route: unknown, upstreams: Upstreams): RoutedGroup {
  const place = { model, upstreams, depth: 0 };
  if (Array.isArray(route)) return groupOf(place, { targets: route });
  if (isGroup(route)) return groupOf(place, route);
  return groupOf(place, { targets: [route] });
}

/** What came as options: anything may stand in it. */
interface GivenGroup {
  readonly targets: readonly unknown[];
  readonly strategy?: unknown;
  readonly affinity?: unknown;
  readonly weight?: unknown;
}

function isGroup(value: unknown): value is GivenGroup {
  return typeof value === 'object' && value !== null && 'targets' in value && Array.isArray(value.targets);
}

function groupOf(place: Place, group: GivenGroup): RoutedGroup {
  const { model, depth } = place;
  const names = [
    'targets',
    'strategy',
    'affinity',
    ...(depth === 0 ? ['fallback', 'timeouts', 'hedge', 'continuation', 'cache', 'expand'] : ['weight']),
  ];
  const [extra] = Object.keys(group).filter((key) => !names.includes(key));
  if (extra !== undefined)
    throw optionsError(
      `models["${model}"]: there is no "${extra}" beside targets; there can be ${names.slice(1).join(', ')}.${suggest(extra, names)}`,
    );
  if (group.targets.length === 0)
    throw optionsError(`models["${model}"] has no targets; name at least one upstream`);
  if (depth > deepest)
    throw optionsError(`models["${model}"]: its groups are nested more than ${deepest} deep`);
  const inside = { ...place, depth: depth + 1 };
  const members = group.targets.map((target) =>
    isGroup(target) ? groupOf(inside, target) : resolveTarget(target, place),
  );
  const isWeighted = members.some(({ weight }) => weight !== undefined);
  return {
    members,
    strategy: readStrategy(model, group.strategy) ?? (isWeighted ? 'weighted' : 'priority'),
    affinity: readAffinity(model, group.affinity),
    weight: readWeight(model, group.weight),
  };
}

function readStrategy(model: string, given: unknown): Strategy | undefined {
  if (given === undefined || isStrategy(given)) return given;
  const near = typeof given === 'string' ? suggest(given, strategyNames) : '';
  throw optionsError(
    `models["${model}"].strategy: it must be ${strategyNames.join(', ')}, or a function that picks one of the targets.${near}`,
  );
}

function isStrategy(value: unknown): value is Strategy {
  return typeof value === 'function' || (typeof value === 'string' && strategyNames.includes(value));
}

function readAffinity(model: string, given: unknown): RoutedGroup['affinity'] {
  if (given === undefined || given === 'prefix' || given === 'session' || isKeyFunction(given)) return given;
  throw optionsError(
    `models["${model}"].affinity: it must be "prefix", "session" or a function from the request to a text`,
  );
}

function isKeyFunction(
  value: unknown,
): value is Extract<RoutedGroup['affinity'], (...given: never[]) => unknown> {
  return typeof value === 'function';
}

function readWeight(model: string, weight: unknown): number | undefined {
  if (weight === undefined || (typeof weight === 'number' && weight > 0 && Number.isFinite(weight)))
    return weight;
  throw optionsError(
    `models["${model}"]: the target's weight is ${typeof weight === 'number' ? weight : JSON.stringify(weight)}; it must be a number above 0`,
  );
}

function resolveTarget(target: unknown, { model, upstreams }: Place): RoutedTarget {
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
      `models["${model}"]: a target is "upstream", "upstream/model", { upstream, model, weight }, or a group { targets, strategy }`,
    );
  }
  const { upstream } = target;
  const there = 'model' in target && target.model !== undefined ? target.model : model;
  const { weight } = checkUpstream(model, upstream, upstreams);
  if (typeof there !== 'string' || there === '')
    throw optionsError(`models["${model}"]: the target's model must be a name`);
  const [extra] = Object.keys(target).filter((key) => !['upstream', 'model', 'weight'].includes(key));
  if (extra !== undefined)
    throw optionsError(`models["${model}"]: a target has upstream, model and weight; there is no "${extra}"`);
  const own = 'weight' in target ? readWeight(model, target.weight) : undefined;
  return { upstream, model: there, weight: own ?? weight };
}

function checkUpstream(model: string, upstream: string, upstreams: Upstreams): Upstreams[string] {
  const found = Object.hasOwn(upstreams, upstream) ? upstreams[upstream] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(upstreams);
  throw optionsError(
    `models["${model}"] names upstream "${upstream}"; configured: ${names.join(', ')}.${suggest(upstream, names)}`,
  );
}
