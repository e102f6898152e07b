import { optionsError } from '../errors.ts';
import type { HedgeSettings } from '../protocol/hedge-settings.ts';
import { suggest } from './suggest.ts';

const names = ['share', 'after', 'minimum'];
const defaults: HedgeSettings = { share: 0.05, after: undefined, minimum: 50 };

/**
 * What the options say of second attempts, at `place`; undefined where they say nothing.
 *
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function resolveHedge(place: string, given: unknown): HedgeSettings | false | undefined {
  if (given === undefined || given === false) return given;
  if (given === true) return { ...defaults };
  if (typeof given !== 'object' || given === null)
    throw optionsError(`${place}: it must be true, false or { ${names.join(', ')} }`);
  const [extra] = Object.keys(given).filter((key) => !names.includes(key));
  if (extra !== undefined)
    throw optionsError(
      `${place}: there is no "${extra}"; there can be ${names.join(', ')}.${suggest(extra, names)}`,
    );
  const read = (name: string, isRight: (value: number) => boolean, what: string): number | undefined => {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined || (typeof value === 'number' && isRight(value))) return value;
    throw optionsError(`${place}.${name}: it must be ${what}`);
  };
  return {
    share:
      read('share', (value) => value > 0 && value <= 1, 'a share of the calls: above 0, at most 1') ??
      defaults.share,
    after: read('after', (value) => value > 0 && Number.isFinite(value), 'milliseconds, above 0'),
    minimum:
      read('minimum', (value) => value >= 0 && Number.isFinite(value), 'milliseconds, not negative') ??
      defaults.minimum,
  };
}
