import { AddressList } from '../access/address-list.ts';
import type { KeyChanges, KeySpec } from '../access/key-desk.ts';
import { readBudgets, readLimits } from '../access/read-limits.ts';
import { readList, readPath } from '../access/read-members.ts';
import { GatewayError } from '../errors.ts';
import type { KeyListing } from '../protocol/virtual-key.ts';
import { z } from '../settings/zod-without-globals.ts';
import { readBy } from './read-json.ts';

/** Characters of a name. */
const longest = 256;
const name = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(longest, `must have at most ${longest} characters`);
const names = z.array(name, 'must be an array of texts').max(1000, 'must have at most 1,000 members');
const milliseconds = z.int('must be a whole number of milliseconds').nonnegative('must not be negative');

/** What is checked where the host says it is checked by the same function here. */
function checkedBy<Value>(read: (value: unknown) => Value): z.ZodType<Value> {
  return z.unknown().transform((value, context) => {
    try {
      return read(value);
    } catch (error) {
      const message = `must not have ${error instanceof Error ? error.message : 'mistakes'}`;
      context.issues.push({ code: 'custom', input: value, message });
      return z.NEVER;
    }
  });
}

/** Ranges that nobody can read are not kept. */
function readAddresses(value: unknown): readonly string[] | undefined {
  const ranges = readList('addresses', value);
  return ranges && new AddressList(ranges) && ranges;
}

const members = z.strictObject(
  {
    name,
    tenant: name.optional(),
    path: checkedBy((value) => readPath('path', value)).optional(),
    roles: names.optional(),
    models: names.optional(),
    operations: names.optional(),
    addresses: checkedBy(readAddresses).optional(),
    limits: checkedBy((value) => readLimits('limits', value)).optional(),
    budgets: checkedBy((value) => readBudgets('budgets', value)).optional(),
    regions: names.optional(),
    tags: names.optional(),
    traceless: z.boolean('must be true or false').optional(),
    expiresAt: milliseconds.optional(),
  },
  'must be an object',
);
const changed = members.partial();

/** `now`: milliseconds since the epoch, before which no key may end. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeySpec(value: unknown, now = 0): KeySpec {
  const spec: KeySpec = readBy(members, value);
  if (spec.expiresAt === undefined || spec.expiresAt > now) return spec;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'expiresAt', reason: 'it is in the past' });
}

/** `null` takes away what was said. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeyChanges(value: unknown): KeyChanges {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const isGone = ([member, one]: [string, unknown]): boolean =>
    one === null && member !== 'name' && Object.hasOwn(changed.shape, member);
  const gone = Object.fromEntries(entries.filter(isGone).map(([member]) => [member, null]));
  const isList = Array.isArray(value) || entries.length === 0;
  const given: unknown = isList ? value : Object.fromEntries(entries.filter((entry) => !isGone(entry)));
  const said: KeyChanges = readBy(changed, given);
  return { ...said, ...gone };
}

const versioned = z.looseObject({
  version: z.int('must be a whole number').optional(),
});

/** The same, with the version that was looked at. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeyPatch(value: unknown): {
  readonly changes: KeyChanges;
  readonly version: number | undefined;
} {
  const { version, ...changes } = readBy(versioned, value);
  return { changes: readKeyChanges(changes), version };
}

const listing = z.strictObject({
  tenant: name.optional(),
  path: name.optional(),
  after: name.optional(),
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1000, 'must be at most 1,000')
    .default(100),
});

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeyListing(value: unknown): KeyListing {
  return readBy(listing, value);
}

const rotation = z.strictObject({ grace: milliseconds.default(0) }, 'must be an object');

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readRotation(value: unknown): { readonly grace: number } {
  return readBy(rotation, value);
}
