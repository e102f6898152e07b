import { z } from '../../settings/zod-without-globals.ts';
import { dollars, isoTime, type QuerySchema, share, text, time } from './words.ts';

const limit = z.int().min(1).optional();

export const limits: z.ZodType = z.object({
  rpm: limit,
  rpd: limit,
  tpm: limit,
  tpd: limit,
  concurrency: limit,
});

const windows = z.enum(['day', 'week', 'month', 'total', 'credit']);

export const budgetOptions: z.ZodType = z.object({
  limit: dollars.optional(),
  window: windows.optional(),
  timeZone: z.string().optional(),
  startDay: z.int().min(1).max(28).optional(),
  soft: share.optional(),
});

const state = z
  .object({
    path: z.string().optional(),
    key: z.string().optional(),
    window: windows,
    limit: dollars,
    spent: dollars,
    held: dollars.describe('For calls under way.'),
    left: dollars,
    resetsAt: isoTime.optional(),
  })
  .meta({ id: 'Budget' });

export const budget: z.ZodType = state;
export const budgetList: z.ZodType = z.object({ data: z.array(state) });

/** Whether a path is meant, or a virtual key. */
export const whose: QuerySchema<{ readonly of: 'path' | 'key' }> = z.strictObject({
  of: z.enum(['path', 'key'], 'must be path or key').default('path'),
});

export const topUp: z.ZodType<{ readonly dollars: number; readonly id: string }> = z.strictObject(
  {
    dollars: z
      .number('must be a number of dollars')
      .min(-1e6, 'must be at least -1,000,000')
      .max(1e6, 'must be at most 1,000,000')
      .refine((value) => value !== 0, 'must not be 0'),
    id: text.describe('So that what is sent twice is paid in once.'),
  },
  'must be { dollars, id }',
);

export const under: QuerySchema<{ readonly under?: string | undefined }> = z.strictObject({
  under: text.optional().describe('The place whose children are shown. Default: the root.'),
});

const spent = {
  budgets: z.array(state),
  share: z
    .number()
    .min(0)
    .nullable()
    .describe('The largest of spent / limit; null where there is no budget.'),
  isNear: z.boolean().describe('That is 0.8 or more.'),
};

export const budgetLevel: z.ZodType = z.object({
  under: z.string(),
  data: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      hasMore: z.boolean().describe('Something is below it.'),
      ...spent,
      spentThisMonth: dollars,
    }),
  ),
  keys: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      hint: z.string(),
      ...spent,
      spentThisMonth: dollars,
      isDisabled: z.boolean(),
      expiresAt: time.nullable(),
    }),
  ),
  isWhole: z.boolean(),
});

export const nearBudgets: z.ZodType = z.object({
  data: z
    .array(z.object({ of: z.enum(['path', 'key']), id: z.string(), name: z.string(), ...spent }))
    .max(20),
  isWhole: z.boolean(),
});
