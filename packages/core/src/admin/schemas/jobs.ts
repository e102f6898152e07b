import { z } from '../../settings/zod-without-globals.ts';
import type { JobQuery } from '../job-desk.ts';
import { cursor, dollars, nanoDollars, type QuerySchema, text, time, upTo } from './words.ts';

const states = [
  'creating',
  'unknown',
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
] as const;
const operations = ['video', 'images'] as const;

export const jobsQuery: QuerySchema<JobQuery> = z.strictObject({
  state: z.enum(states, `must be one of ${states.join(', ')}`).optional(),
  operation: z.enum(operations, 'must be video or images').optional(),
  model: text.optional(),
  cursor: text.optional(),
  limit: upTo(100).default(50),
});

const view = z
  .object({
    id: z.string(),
    operation: z.enum(operations),
    model: z.string(),
    state: z.enum(states),
    progress: z.number().min(0).max(100),
    preview: z.string().nullable().describe("An address of the gateway's own."),
    createdAt: time,
    updatedAt: time,
    completedAt: time.nullable(),
    target: z.object({ upstream: z.string(), model: z.string() }).nullable(),
    tenant: z.string().nullable(),
    path: z.string().nullable(),
    principal: z.string().nullable(),
    key: z.string().nullable(),
    cost: nanoDollars.nullable(),
    dollars: dollars.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    results: z.array(z.object({ type: z.string().nullable(), url: z.string() })),
    isTraceless: z.boolean(),
    canCancel: z.boolean(),
    prompt: z.string().nullable().describe('Only where contents are kept.'),
  })
  .meta({ id: 'Job' });

export const job: z.ZodType = view;
export const jobPage: z.ZodType = z.object({ data: z.array(view), cursor });
