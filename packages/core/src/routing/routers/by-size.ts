import { optionsError } from '../../errors.ts';
import type { RouteRequest } from '../route-request.ts';
import { type Destination, type NamedRouter, withDestinations } from '../router.ts';
import { checkModel } from './check-routes.ts';

export interface SizeRoute {
  readonly model: Destination;
  /** Tokens of a question that it takes; left out, any number. */
  readonly upTo?: number;
}

/**
 * Chooses by how long the question is, about: the first that takes it, or the last where none does.
 *
 * @example models: { auto: bySize([{ upTo: 8_000, model: 'gpt-5-mini' }, { model: 'gemini-2.5-pro' }]) }
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function bySize(routes: readonly SizeRoute[]): NamedRouter {
  const last = Array.isArray(routes) ? routes.at(-1) : undefined;
  if (last === undefined) throw optionsError('bySize: it names no model; give it at least one');
  for (const [index, route] of routes.entries()) checkModel(`bySize: the model at ${index}`, route?.model);
  const sizes = routes.map(({ upTo = Number.POSITIVE_INFINITY }) => upTo);
  if (sizes.some((size, index) => !(size > (sizes[index - 1] ?? 0))))
    throw optionsError('bySize: "upTo" must be numbers of tokens that rise from one model to the next');
  const route = ({ inputTokens }: RouteRequest): Destination =>
    (routes.find(({ upTo = Number.POSITIVE_INFINITY }) => inputTokens <= upTo) ?? last).model;
  return withDestinations(
    route,
    routes.map(({ model }) => model),
  );
}
