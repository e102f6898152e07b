import { optionsError } from '../errors.ts';
import type { Fallbacks } from '../routing/resolve-model.ts';

const reasons = ['contextLength', 'contentFilter', 'outage'] as const;

/** What a route says of the models to go on to. @throws GatewayError `VE_OPTIONS_INVALID` */
export function resolveFallbacks(model: string, route: unknown): Fallbacks | undefined {
  if (typeof route !== 'object' || route === null || !('fallback' in route)) return undefined;
  const { fallback } = route;
  if (fallback === undefined) return undefined;
  if (typeof fallback === 'string' || Array.isArray(fallback)) {
    const names = readNames(`models["${model}"].fallback`, fallback);
    return { contextLength: names, contentFilter: names, outage: names };
  }
  if (typeof fallback !== 'object' || fallback === null) throw misshapen(model);
  const [extra] = Object.keys(fallback).filter((key) => !reasons.some((reason) => reason === key));
  if (extra !== undefined)
    throw optionsError(
      `models["${model}"].fallback: there is no "${extra}"; a call goes on for ${reasons.join(', ')}`,
    );
  const [contextLength = [], contentFilter = [], outage = []] = reasons.map((reason) => {
    const given: unknown = Reflect.get(fallback, reason);
    return given === undefined ? [] : readNames(`models["${model}"].fallback.${reason}`, given);
  });
  return { contextLength, contentFilter, outage };
}

function readNames(place: string, given: unknown): string[] {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  return names.map((name) => {
    if (typeof name === 'string' && name !== '') return name;
    throw optionsError(`${place}: it must be the name of a model, or several`);
  });
}

function misshapen(model: string): Error {
  return optionsError(
    `models["${model}"].fallback: it must be the name of a model, several, or { ${reasons.join(', ')} }`,
  );
}
