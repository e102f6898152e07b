import { keyPrefix } from '../access/key-format.ts';
import { GatewayError } from '../errors.ts';
import type { LedgerFilter, LedgerGroup, LedgerQuery } from '../protocol/ledger.ts';
import { z } from '../settings/zod-without-globals.ts';
import { readBy } from './read-json.ts';

export { readKeyListing, readKeyPatch, readKeySpec, readRotation } from './read-keys.ts';

const text = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(512, 'must have at most 512 characters');
const whole = z.coerce.number('must be a number').int('must be a whole number');
const groups: readonly LedgerGroup[] = [
  'model',
  'served',
  'upstream',
  'tenant',
  'path',
  'principal',
  'key',
  'operation',
  'status',
  'error',
  'hour',
  'day',
];

/** Milliseconds since the epoch, or as ISO 8601 writes it: `2026-11-01`, `2026-11-01T09:00:00Z`. */
const moment = text.transform((value, context) => {
  const time = /^\d{5,16}$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isSafeInteger(time)) return time;
  context.issues.push({ code: 'custom', input: value, message: 'must be a time: 2026-11-01T09:00:00Z' });
  return z.NEVER;
});

const filter = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  tenant: text.optional(),
  path: text.optional(),
  principal: text.optional(),
  key: text.optional(),
  model: text.optional(),
  upstream: text.optional(),
  operation: text.optional(),
  status: whole.min(1, 'must be a status').max(999, 'must be a status').optional(),
  error: text.optional(),
  tag: text.optional(),
});

/**
 * What stands behind the question mark; a key that was shown there is none of it.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` for what stands there twice
 */
export function readQuery(query: string): Readonly<Record<string, string>> {
  const said = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'key' && value.startsWith(keyPrefix)) continue;
    if (said.has(name))
      throw new GatewayError('VE_PARAMETER_INVALID', {
        parameter: name.slice(0, 100),
        reason: 'it is there twice',
      });
    said.set(name, value);
  }
  return Object.fromEntries(said);
}

const usage = filter.extend({
  group: text
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(groups, `must be of ${groups.join(', ')}`)))
    .default([]),
});

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readUsage(query: string): LedgerFilter & { readonly group: readonly LedgerGroup[] } {
  return readBy(usage, readQuery(query));
}

const calls = filter
  .extend({
    limit: whole.min(1, 'must be at least 1').max(1000, 'must be at most 1,000').optional(),
    cursor: text.optional(),
    format: z.enum(['json', 'csv', 'jsonl'], 'must be json, csv or jsonl').default('json'),
  })
  .refine(({ format, limit, cursor }) => format === 'json' || (limit ?? cursor) === undefined, {
    path: ['format'],
    message: 'must be json where there are pages: a file has all that is meant',
  });

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readCalls(query: string): LedgerQuery & { readonly format: 'json' | 'csv' | 'jsonl' } {
  return readBy(calls, readQuery(query));
}

const topUp = z.strictObject(
  {
    dollars: z
      .number('must be a number of dollars')
      .min(-1e6, 'must be at least -1,000,000')
      .max(1e6, 'must be at most 1,000,000')
      .refine((dollars) => dollars !== 0, 'must not be 0'),
    /** So that what is sent twice is paid in once. */
    id: text,
  },
  'must be { dollars, id }',
);

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readTopUp(value: unknown): { readonly dollars: number; readonly id: string } {
  return readBy(topUp, value);
}

const whose = z.strictObject({ of: z.enum(['path', 'key'], 'must be path or key').default('path') });

/** Whether a path is meant, or a virtual key. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readOf(query: string): 'path' | 'key' {
  return readBy(whose, readQuery(query)).of;
}
