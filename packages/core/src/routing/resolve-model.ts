import { GatewayError } from '../errors.ts';
import type { TargetName } from '../protocol/call.ts';
import type { Expansion } from '../protocol/expansion.ts';
import type { HedgeSettings } from '../protocol/hedge-settings.ts';
import type { TimedPhase } from '../protocol/layer.ts';
import type { Affinity } from './affinity.ts';
import { findNearNames } from './find-near-names.ts';
import type { Router } from './router.ts';
import type { Strategy } from './strategies/named.ts';

/** A target of a model, with its share of the traffic. */
export interface RoutedTarget extends TargetName {
  readonly weight: number | undefined;
}

/** Targets, or groups of them, and how one of them is chosen. */
export interface RoutedGroup {
  readonly members: readonly (RoutedTarget | RoutedGroup)[];
  readonly strategy: Strategy;
  readonly affinity: Affinity | undefined;
  readonly weight: number | undefined;
}

/** Models that a call goes on to when this one cannot do it. Names of the gateway's `models`, or `upstream/model`. */
export interface Fallbacks {
  /** The question is too long for the model. */
  readonly contextLength: readonly string[];
  /** The vendor refuses to answer what is said. */
  readonly contentFilter: readonly string[];
  /** No target of the model answers. */
  readonly outage: readonly string[];
}

/** Deadlines in milliseconds that hold for a model, whoever serves it; what is left out is its upstreams'. */
export type ModelTimeouts = Readonly<Partial<Record<Exclude<TimedPhase, 'connect'> | 'total', number>>>;

/** What a name of a model stands for. */
export interface RoutedModel {
  /** Targets to choose from, or a function that says which model serves. */
  readonly serves: RoutedGroup | Router;
  readonly fallbacks: Fallbacks | undefined;
  readonly timeouts?: ModelTimeouts | undefined;
  /** Whether a slow target is waited for; undefined: as the gateway does with any. */
  readonly hedge?: HedgeSettings | false | undefined;
  /** Whether a stream that breaks off is gone on with; undefined: as the gateway does with any. */
  readonly continuation?: boolean | undefined;
  /** How prompts are rewritten before they go to it; undefined: they go as they are. */
  readonly expansion?: Expansion | undefined;
}

/** Who serves what, resolved once from the options. */
export interface RoutingTable {
  readonly models: ReadonlyMap<string, RoutedModel>;
  /** The models that the upstreams are known to have: the operator's own routes can name them. */
  readonly known: ReadonlyMap<string, RoutedModel>;
  /** Upstreams that callers can address as `upstream/model`; empty where that is off. */
  readonly addressable: ReadonlySet<string>;
  /** Upstreams that the operator's own routes can name. */
  readonly upstreams: ReadonlySet<string>;
  /** The model in place of one that its vendor has ended; left out where such calls go to it all the same. */
  readonly successorOf?: (target: TargetName) => string | undefined;
}

/**
 * What a model's name stands for. `isOwn`: the name comes from the operator's routes, not from a caller.
 *
 * @throws GatewayError `VE_MODEL_NOT_FOUND` with names that may have been meant.
 */
export function resolveModel(table: RoutingTable, name: string, isOwn = false): RoutedModel {
  const model =
    table.models.get(name) ??
    (isOwn ? table.known.get(name) : undefined) ??
    addressed(table, name, isOwn ? table.upstreams : table.addressable);
  if (model !== undefined) return model;
  throw new GatewayError('VE_MODEL_NOT_FOUND', {
    model: name,
    suggestions: findNearNames(name, table.models.keys()),
  });
}

function addressed(
  { successorOf }: RoutingTable,
  name: string,
  upstreams: ReadonlySet<string>,
): RoutedModel | undefined {
  const slash = name.indexOf('/');
  const upstream = name.slice(0, Math.max(slash, 0));
  const model = name.slice(slash + 1);
  if (slash <= 0 || model === '' || !upstreams.has(upstream)) return undefined;
  const served = successorOf?.({ upstream, model }) ?? model;
  return { serves: single({ upstream, model: served, weight: undefined }), fallbacks: undefined };
}

function single(target: RoutedTarget): RoutedGroup {
  return { members: [target], strategy: 'priority', affinity: undefined, weight: undefined };
}

/** Whether a name of a model is the operator's own word, or the catalogue's, and none that a caller has made up. */
export function isServedBy({ models, known, addressable }: RoutingTable): (name: string) => boolean {
  return (name) => {
    if (models.has(name)) return true;
    const slash = name.indexOf('/');
    return slash > 0 && addressable.has(name.slice(0, slash)) && known.has(name.slice(slash + 1));
  };
}

/** Every target that is named, in the order written; none for a router, which says so call by call. */
export function targetsOf({ serves }: Pick<RoutedModel, 'serves'>): RoutedTarget[] {
  return typeof serves === 'function' ? [] : targetsIn(serves);
}

function targetsIn({ members }: RoutedGroup): RoutedTarget[] {
  return members.flatMap((member) => ('members' in member ? targetsIn(member) : [member]));
}

/** Whether a route may look at what is asked, and not only at how long it is and how it begins. */
export function looksAtChats(serves: RoutedModel['serves']): boolean {
  if (typeof serves === 'function') return true;
  const { members, strategy, affinity } = serves;
  if (typeof strategy === 'function' || strategy === 'cheapest') return true;
  if (affinity !== undefined && affinity !== 'prefix') return true;
  return members.some((member) => 'members' in member && looksAtChats(member));
}
