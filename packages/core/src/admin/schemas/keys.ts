import { AddressList } from '../../access/address-list.ts';
import type { KeySpec } from '../../access/key-desk.ts';
import { readBudgets, readLimits } from '../../access/read-limits.ts';
import { readList, readPath } from '../../access/read-members.ts';
import type { KeyListing } from '../../protocol/virtual-key.ts';
import { z } from '../../settings/zod-without-globals.ts';
import { budgetOptions, limits } from './budgets.ts';
import { count, type QuerySchema, texts, time, upTo } from './words.ts';

/** Characters of a name. */
const longest = 256;
const name = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(longest, `must have at most ${longest} characters`);
const names = z.array(name, 'must be an array of texts').max(1000, 'must have at most 1,000 members');
const milliseconds = z.int('must be a whole number of milliseconds').nonnegative('must not be negative');

/** What is checked where the host says it is checked by the same function here. `shown`: what the document says of it. */
function checkedBy<Value>(read: (value: unknown) => Value, shown: z.ZodType): z.ZodType<Value> {
  const { $schema: _schema, ...said } = z.toJSONSchema(shown, { io: 'input' });
  return z
    .unknown()
    .transform((value, context) => {
      try {
        return read(value);
      } catch (error) {
        const message = `must not have ${error instanceof Error ? error.message : 'mistakes'}`;
        context.issues.push({ code: 'custom', input: value, message });
        return z.NEVER;
      }
    })
    .meta(said);
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
    path: checkedBy((value) => readPath('path', value), z.string()).optional(),
    roles: names.optional(),
    models: names.optional(),
    operations: names.optional(),
    addresses: checkedBy(readAddresses, texts).optional(),
    limits: checkedBy((value) => readLimits('limits', value), limits).optional(),
    budgets: checkedBy((value) => readBudgets('budgets', value), z.array(budgetOptions)).optional(),
    regions: names.optional(),
    tags: names.optional(),
    traceless: z.boolean('must be true or false').optional(),
    expiresAt: milliseconds.optional(),
  },
  'must be an object',
);

export const keySpec: z.ZodType<KeySpec> = members;
export const keyChanges: z.ZodType<{ readonly [Member in keyof KeySpec]?: KeySpec[Member] | undefined }> =
  members.partial();
/** Which of them may be taken away with `null`. */
export const changeable: ReadonlySet<string> = new Set(
  Object.keys(members.shape).filter((member) => member !== 'name'),
);

/** The same, with the version that was looked at. */
export const keyPatch: z.ZodType<{ readonly version?: number | undefined }> = z
  .looseObject({
    version: z
      .int('must be a whole number')
      .optional()
      .describe('The one that was looked at: where it is another by now, a 409.'),
  })
  .describe('What a key is made with; null takes a member away.');

export const keyListing: QuerySchema<KeyListing> = z.strictObject({
  tenant: name.optional(),
  path: name.optional(),
  after: name.optional().describe('The id of the last one of the page before.'),
  limit: upTo(1000).default(100),
});

export const rotation: z.ZodType<{ readonly grace: number }> = z.strictObject(
  { grace: milliseconds.default(0).describe('Milliseconds for which the old key is still good.') },
  'must be an object',
);

const info = z
  .object({
    id: z.string(),
    hint: z.string(),
    name: z.string(),
    tenant: z.string().optional(),
    path: z.string().optional(),
    roles: texts.optional(),
    models: texts.optional(),
    operations: texts.optional(),
    addresses: texts.optional(),
    limits: limits.optional(),
    budgets: z.array(budgetOptions).optional(),
    regions: texts.optional(),
    tags: texts.optional(),
    traceless: z.boolean().optional(),
    previousUntil: time.optional(),
    createdAt: time,
    updatedAt: time,
    expiresAt: time.optional(),
    disabledAt: time.optional(),
    version: count,
  })
  .meta({ id: 'Key' });

export const key: z.ZodType = info;
export const keyPage: z.ZodType = z.object({
  data: z.array(info),
  hasMore: z.boolean(),
  areOff: z.literal(true).optional().describe('The gateway has no virtual keys.'),
});
export const shownKey: z.ZodType = z.object({
  key: z.string().describe('It is shown this once.'),
  record: info,
});
export const deletedKey: z.ZodType = z.object({ id: z.string(), deleted: z.literal(true) });
