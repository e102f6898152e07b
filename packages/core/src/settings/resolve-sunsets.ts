import { type CatalogOptions, findSunset } from '../catalog/said-facts.ts';
import { type Sunset, sunsetsOf } from '../catalog/sunsets.ts';
import type { TargetName } from '../protocol/call.ts';
import {
  type RoutedGroup,
  type RoutedModel,
  type RoutedTarget,
  type RoutingTable,
  resolveModel,
  targetsOf,
} from '../routing/resolve-model.ts';
import { destinationsOf } from '../routing/router.ts';
import type { Upstreams } from './options.ts';

/** Milliseconds: an end that is nearer than thirty days is told, too. */
const near = 30 * 86_400_000;

/** A target of the routes whose vendor has ended its model, or soon will. */
export interface SunsetNotice extends TargetName, Sunset {
  readonly isPast: boolean;
  /** Calls go to the successor. */
  readonly isRemapped: boolean;
}

interface SunsetSettings {
  readonly upstreams: Upstreams;
  readonly catalog: CatalogOptions;
  readonly remap: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Finds the models in the routes that have ended, or soon will; where `remap` says so, calls to them go to their successors. */
export function resolveSunsets(
  table: RoutingTable,
  { upstreams, catalog, remap, now }: SunsetSettings,
): { readonly routing: RoutingTable; readonly notices: readonly SunsetNotice[] } {
  const today = dayOf(now);
  const ending = (upstream: string, model: string): Sunset | undefined => {
    const vendor = upstreams[upstream]?.vendor;
    return vendor === undefined ? undefined : findSunset(catalog, { upstream, vendor, model });
  };
  const successorOf = ({ upstream, model }: TargetName): string | undefined => {
    const sunset = remap ? ending(upstream, model) : undefined;
    return sunset !== undefined && sunset.date <= today ? sunset.successor : undefined;
  };
  // Of models that nobody has named there are many, and to each end its vendor's own list says.
  const until = table.models === table.known ? today : dayOf(now + near);
  const notices = namedIn(table).flatMap((target) => {
    const sunset = ending(target.upstream, target.model);
    if (sunset === undefined || sunset.date > until) return [];
    const isRemapped = successorOf(target) !== undefined;
    return [{ ...target, ...sunset, isPast: sunset.date <= today, isRemapped }];
  });
  return { routing: remap ? remapped(table, successorOf, upstreams) : table, notices };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Every target that the routes name, and those that they go on to; each once. */
function namedIn(table: RoutingTable): TargetName[] {
  const routes = [...table.models.values()];
  const destinations = routes.flatMap(({ serves, fallbacks }) => [
    ...(typeof serves === 'function' ? destinationsOf(serves) : []),
    ...Object.values(fallbacks ?? {}).flat(),
  ]);
  const reached = destinations.map((name) => resolveModel(table, name, true));
  const targets = [...routes, ...reached].flatMap(targetsOf);
  return [
    ...new Map(targets.map(({ upstream, model }) => [`${upstream}/${model}`, { upstream, model }])).values(),
  ];
}

type SuccessorOf = (target: TargetName) => string | undefined;

function remapped(table: RoutingTable, successorOf: SuccessorOf, upstreams: Upstreams): RoutingTable {
  const known = new Map(remapAll(table.known, successorOf));
  for (const [name, model] of retired(successorOf, upstreams)) if (!known.has(name)) known.set(name, model);
  const models = table.models === table.known ? known : new Map(remapAll(table.models, successorOf));
  return { ...table, models, known, successorOf };
}

function remapAll(
  models: ReadonlyMap<string, RoutedModel>,
  successorOf: SuccessorOf,
): (readonly [string, RoutedModel])[] {
  const remap = <Member extends RoutedTarget | RoutedGroup>(member: Member): Member =>
    'members' in member
      ? { ...member, members: member.members.map(remap) }
      : { ...member, model: successorOf(member) ?? member.model };
  return [...models].map(([name, model]) => [
    name,
    typeof model.serves === 'function' ? model : { ...model, serves: remap(model.serves) },
  ]);
}

/** Names that are in no list any more: callers still use them, and their successors answer. */
function retired(successorOf: SuccessorOf, upstreams: Upstreams): Map<string, RoutedModel> {
  const models = new Map<string, RoutedModel>();
  for (const [upstream, { vendor }] of Object.entries(upstreams)) {
    for (const model of sunsetsOf(vendor).keys()) {
      const successor = successorOf({ upstream, model });
      if (successor === undefined || models.has(model)) continue;
      const members = [{ upstream, model: successor, weight: undefined }];
      const serves = { members, strategy: 'priority', affinity: undefined, weight: undefined } as const;
      models.set(model, { serves, fallbacks: undefined });
    }
  }
  return models;
}
