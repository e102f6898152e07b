import { optionsError } from '../../errors.ts';

/**
 * What a router's maker is given: an object, each member of which names a model. `cure`: how it is written.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID` that names the router and says the cure
 */
export function checkRoutes(router: string, routes: unknown, cure: string): void {
  if (typeof routes !== 'object' || routes === null || Array.isArray(routes))
    throw optionsError(`${router}: it must be an object; write ${cure}`);
  for (const [name, model] of Object.entries(routes)) checkModel(`${router}: "${name}"`, model);
}

/** The same of a router that sends everything somewhere. */
export function checkRoutesWithDefault(router: string, routes: unknown, cure: string): void {
  checkRoutes(router, routes, cure);
  if (!Object.hasOwn(Object(routes), 'default'))
    throw optionsError(`${router}: it names no "default" for all that is left; write ${cure}`);
}

/** `place`: for the message. @throws GatewayError `VE_OPTIONS_INVALID` */
export function checkModel(place: string, model: unknown): void {
  if (typeof model === 'string' && model !== '') return;
  const given = model === '' ? 'an empty text' : model === null ? 'null' : typeof model;
  throw optionsError(`${place} is ${given}; it must be the name of a model, or "upstream/model"`);
}
