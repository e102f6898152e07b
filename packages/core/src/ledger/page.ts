import { GatewayError } from '../errors.ts';

export function pageSize(limit = 100): number {
  return Math.max(1, Math.min(1000, Math.trunc(limit)));
}

/** Where a page has ended. */
export interface Cursor {
  readonly time: number;
  readonly place: number;
}

export const writeCursor = ({ time, place }: Cursor): string => `${time}.${place}`;

/** @throws GatewayError `VE_PARAMETER_INVALID` for what no page has said */
export function readCursor(cursor: string): Cursor {
  const [, time, place] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor) ?? [];
  if (time === undefined || place === undefined)
    throw new GatewayError('VE_PARAMETER_INVALID', {
      parameter: 'cursor',
      reason: 'cursor is not one of ours',
    });
  return { time: Number(time), place: Number(place) };
}
