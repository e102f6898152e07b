import { optionsError } from '../../errors.ts';
import type { RouteRequest } from '../route-request.ts';
import { type Destination, type NamedRouter, withDestinations } from '../router.ts';
import { checkRoutesWithDefault } from './check-routes.ts';

/** Models by span of the day, `'16:30-00:30'`: from the first minute on, up to the second; `default` for the rest of it. */
export type HourRoutes = Readonly<Record<string, Destination>> & { readonly default: Destination };

export interface HourOptions {
  /** An IANA name. Default `UTC`, in which vendors tell their off-peak hours. */
  readonly timeZone?: string;
}

interface Span {
  /** Minutes of the day. */
  readonly from: number;
  readonly to: number;
  readonly model: Destination;
}

/**
 * Chooses by the time of day, for vendors that are cheaper at night.
 *
 * @example models: { batch: byHour({ '16:30-00:30': 'deepseek/deepseek-reasoner', default: 'openai/gpt-5.2' }) }
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function byHour(routes: HourRoutes, { timeZone = 'UTC' }: HourOptions = {}): NamedRouter {
  checkRoutesWithDefault('byHour', routes, '{ "16:30-00:30": "a-model", default: "another" }');
  const spans = Object.entries(routes)
    .filter(([span]) => span !== 'default')
    .map(([span, model]) => readSpan(span, model));
  const minutes = clockOf(timeZone);
  const route = ({ now }: RouteRequest): Destination => {
    const minute = minutes(now);
    return spans.find((span) => contains(span, minute))?.model ?? routes.default;
  };
  return withDestinations(route, Object.values(routes));
}

function readSpan(text: string, model: Destination): Span {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  const [, fromHour, fromMinute, toHour = '24', toMinute = '00'] = match ?? [];
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  if (match === null || from === to)
    throw optionsError(`byHour: "${text}" is no span of the day; write it as "16:30-00:30"`);
  return { from, to, model };
}

/** A span may go over midnight. */
function contains({ from, to }: Span, minute: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

function clockOf(timeZone: string): (now: number) => number {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    return (now) => {
      const [hours = 0, minutes = 0] = format.format(now).split(':').map(Number);
      return hours * 60 + minutes;
    };
  } catch (error) {
    throw optionsError(
      `byHour: there is no time zone "${timeZone}"; write an IANA name, "Asia/Shanghai" say (${String(error)})`,
    );
  }
}
