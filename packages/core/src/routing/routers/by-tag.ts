import { optionsError } from '../../errors.ts';
import type { RouteRequest } from '../route-request.ts';
import { type Destination, type NamedRouter, withDestinations } from '../router.ts';
import { checkRoutes } from './check-routes.ts';

/** Models by value; `default` is for any other. Without it, any other value is a model that does not exist. */
export type ValueRoutes = Readonly<Record<string, Destination>>;

/**
 * Chooses by a tag of the caller's: `x-vector-{name}` in its headers, or `metadata.{name}` in its body.
 *
 * @example models: { auto: byTag('tier', { gold: 'gpt-5.2-pro', default: 'gpt-5.2' }) }
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function byTag(name: string, routes: ValueRoutes): NamedRouter {
  if (typeof name !== 'string' || !/^[\w-]+$/.test(name))
    throw optionsError(
      'byTag: the first argument must be the name of a tag, of letters, digits, "_" and "-": "tier" stands in the header x-vector-tier',
    );
  checkRoutes('byTag', routes, '{ value: "a-model", default: "another" }');
  return byValue(routes, (request) => request.tag(name));
}

/**
 * Chooses by the tenant that `identify` names.
 *
 * @example models: { writer: byTenant({ acme: 'azureEu/gpt-52-prod', default: 'openai/gpt-5.2' }) }
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function byTenant(routes: ValueRoutes): NamedRouter {
  checkRoutes('byTenant', routes, '{ tenant: "a-model", default: "another" }');
  return byValue(routes, ({ principal }) => principal?.tenant);
}

function byValue(routes: ValueRoutes, read: (request: RouteRequest) => string | undefined): NamedRouter {
  const of = (value: string): Destination | undefined =>
    Object.hasOwn(routes, value) ? routes[value] : undefined;
  const route = (request: RouteRequest): Destination | undefined => {
    const value = read(request);
    // A caller that writes the word gets no other than one that writes nothing.
    return (value === undefined ? undefined : of(value)) ?? of('default');
  };
  return withDestinations(route, Object.values(routes));
}
