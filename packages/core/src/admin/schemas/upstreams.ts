import { z } from '../../settings/zod-without-globals.ts';
import { count, isoTime, milliseconds, share, texts, time } from './words.ts';

const status = z
  .object({
    upstream: z.string(),
    model: z.string(),
    id: z.string().describe('upstream/model'),
    state: z.enum(['closed', 'open', 'half-open']),
    byHand: z.enum(['open', 'drain']).nullable(),
    successes: count,
    failures: count,
    errorRate: share.nullable(),
    active: count,
    waiting: count,
    batchWaiting: count,
    isDown: z.boolean(),
    latencyMilliseconds: milliseconds.nullable().describe('Until it begins to answer, about.'),
    rateLimit: z
      .object({
        remainingRequests: z.number().optional(),
        limitRequests: z.number().optional(),
        remainingTokens: z.number().optional(),
        limitTokens: z.number().optional(),
        resetsAt: z.union([time, isoTime]).optional(),
      })
      .nullable()
      .describe('As the vendor told last.'),
    keys: z.array(
      z.object({
        label: z.string(),
        state: z.enum(['fine', 'resting', 'low', 'empty']),
        until: time.optional(),
      }),
    ),
    restingKeys: count,
    promptCacheShare: share.nullable(),
    region: z.string().nullable().optional(),
    tags: texts,
    balances: z.array(z.looseObject({})),
  })
  .meta({ id: 'Upstream' });

export const upstream: z.ZodType = status;
export const upstreamList: z.ZodType = z.object({ data: z.array(status) });
