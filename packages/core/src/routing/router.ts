import type { RouteRequest } from './route-request.ts';

/** Where a request goes: the name of a model in the gateway's `models`, or `upstream/model`. */
export type Destination = string;

/**
 * Chooses by looking at the request. Called for every request to the model that it stands for; it may look things up.
 * Undefined: nothing fits, and the caller is told that there is no such model.
 */
export type Router = (request: RouteRequest) => Destination | undefined | Promise<Destination | undefined>;

/** One that tells beforehand where it may send: that is checked at construction. */
export interface NamedRouter extends Router {
  readonly destinations: readonly Destination[];
  /** What its callers would have been served by without it: what is saved is told in `gateway.stats()`. */
  readonly baseline?: Destination;
}

/** The names that a router may give. */
export function withDestinations(
  route: Router,
  destinations: readonly (Destination | undefined)[],
  baseline?: Destination,
): NamedRouter {
  const named = destinations.filter((name) => name !== undefined);
  return Object.assign(route, { destinations: named, ...(baseline === undefined ? {} : { baseline }) });
}

export function destinationsOf(router: Router): readonly Destination[] {
  return isNamed(router) ? router.destinations : [];
}

export function baselineOf(router: Router): Destination | undefined {
  return isNamed(router) ? router.baseline : undefined;
}

function isNamed(router: Router): router is NamedRouter {
  return 'destinations' in router;
}
