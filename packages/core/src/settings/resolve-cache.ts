import type { CacheSettings, ModelCacheSettings } from '../cache/cache-settings.ts';
import { optionsError } from '../errors.ts';
import { suggest } from './suggest.ts';

const names = ['ttl', 'pace', 'anyTemperature'];
const paces = ['at once', 'recorded'] as const;

/**
 * What is cached, of all models and of each. Undefined where nothing is.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function resolveCache(
  given: Omit<CacheSettings, 'models'> | undefined,
  routes: Readonly<Record<string, unknown>> = {},
): CacheSettings | undefined {
  const models = new Map<string, ModelCacheSettings | false>();
  for (const [model, route] of Object.entries(routes)) {
    if (typeof route !== 'object' || route === null || !('cache' in route)) continue;
    const own = readModel(`models["${model}"].cache`, route.cache);
    if (own === undefined) continue;
    if (own !== false && given === undefined)
      throw optionsError(
        `models["${model}"].cache: nothing is cached as long as the gateway's own option "cache" is left out; give it, cache: {} say`,
      );
    models.set(model, own);
  }
  if (given === undefined) return undefined;
  if (given.entryBytes > given.bytes)
    throw optionsError(
      `cache.entryBytes: one answer may have ${given.entryBytes} bytes, and all together ${given.bytes}; make the first smaller`,
    );
  return { ...given, models };
}

function readModel(place: string, given: unknown): ModelCacheSettings | false | undefined {
  if (given === undefined || given === false) return given;
  if (typeof given !== 'object' || given === null)
    throw optionsError(`${place}: it must be false or { ${names.join(', ')} }`);
  const [extra] = Object.keys(given).filter((key) => !names.includes(key));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; there can be ${names.join(', ')}.${suggest(extra, names)}`,
    );
  const { ttl, pace, anyTemperature }: { readonly ttl?: unknown; pace?: unknown; anyTemperature?: unknown } =
    given;
  if (ttl !== undefined && !(typeof ttl === 'number' && ttl > 0 && Number.isFinite(ttl)))
    throw optionsError(`${place}.ttl: it must be a number of milliseconds above 0`);
  const known = paces.find((one) => one === pace);
  if (pace !== undefined && known === undefined)
    throw optionsError(`${place}.pace: it must be "at once" or "recorded"`);
  if (anyTemperature !== undefined && typeof anyTemperature !== 'boolean')
    throw optionsError(`${place}.anyTemperature: it must be true or false`);
  return { ttl, pace: known, anyTemperature };
}
