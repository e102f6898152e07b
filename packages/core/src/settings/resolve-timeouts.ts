import { optionsError } from '../errors.ts';
import type { ModelTimeouts } from '../routing/resolve-model.ts';
import { suggest } from './suggest.ts';

const names = ['queue', 'firstByte', 'idle', 'write', 'total'] as const;

/** The deadlines that a model has in place of those of the gateway and of its upstreams. @throws GatewayError `VE_OPTIONS_INVALID` */
export function resolveTimeouts(model: string, route: unknown): ModelTimeouts | undefined {
  if (typeof route !== 'object' || route === null || !('timeouts' in route)) return undefined;
  const { timeouts } = route;
  if (timeouts === undefined) return undefined;
  const place = `models["${model}"].timeouts`;
  if (typeof timeouts !== 'object' || timeouts === null || Array.isArray(timeouts))
    throw optionsError(`${place}: it must be { ${names.join(', ')} }, in milliseconds`);
  const [extra] = Object.keys(timeouts).filter((key) => !names.some((name) => name === key));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; a model has ${names.join(', ')}.${suggest(extra, names)}`,
    );
  const given = names.map((name) => [
    name,
    readMilliseconds(`${place}.${name}`, Reflect.get(timeouts, name)),
  ]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function readMilliseconds(place: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && value > 0 && Number.isFinite(value))) return value;
  throw optionsError(
    `${place} is ${typeof value === 'number' ? value : JSON.stringify(value)}; it must be a number of milliseconds above 0`,
  );
}
