import type { LedgerFilter, LedgerGroup, LedgerQuery } from '../../protocol/ledger.ts';
import { z } from '../../settings/zod-without-globals.ts';
import {
  count,
  cursor,
  isoTime,
  milliseconds,
  moment,
  nanoDollars,
  type QuerySchema,
  sums,
  text,
  texts,
  time,
  upTo,
  whole,
} from './words.ts';

/** Which calls are meant. */
const filter = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  tenant: text.optional(),
  path: text.optional().describe('At this place in the tree of who pays, and below it.'),
  principal: text.optional(),
  key: text.optional().describe('Id of a virtual key.'),
  model: text.optional(),
  upstream: text.optional(),
  operation: text.optional(),
  status: whole
    .min(1, 'must be a status')
    .max(999, 'must be a status')
    .optional()
    .describe('One status (429), or a class of them by its first digit (4).'),
  error: text.optional(),
  tag: text.optional(),
});

export interface CallsQuery extends LedgerQuery {
  readonly format: 'json' | 'csv' | 'jsonl';
}

export const callsQuery: QuerySchema<CallsQuery> = filter
  .extend({
    limit: upTo(1000).optional(),
    cursor: text.optional(),
    format: z.enum(['json', 'csv', 'jsonl'], 'must be json, csv or jsonl').default('json'),
  })
  .refine(({ format, limit, cursor: after }) => format === 'json' || (limit ?? after) === undefined, {
    path: ['format'],
    message: 'must be json where there are pages: a file has all that is meant',
  });

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
  'minute',
  'hour',
  'day',
];

export interface UsageQuery extends LedgerFilter {
  readonly group: readonly LedgerGroup[];
}

export const usageQuery: QuerySchema<UsageQuery> = filter.extend({
  group: text
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(groups, `must be of ${groups.join(', ')}`)))
    .default([])
    .describe(`By what calls are added up, with a comma between: ${groups.join(', ')}.`),
});

const kinds = ['model', 'tenant', 'key', 'upstream', 'path', 'principal', 'operation'] as const;

export interface OverviewQuery extends LedgerFilter {
  readonly by: (typeof kinds)[number];
}

export const overviewQuery: QuerySchema<OverviewQuery> = filter
  .extend({ by: z.enum(kinds, `must be one of ${kinds.join(', ')}`).default('model') })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    message: 'must be after from',
  });

const step = z.object({
  upstream: z.string(),
  model: z.string(),
  key: z.string().optional(),
  start: milliseconds,
  waited: milliseconds,
  firstByte: milliseconds.optional(),
  end: milliseconds,
  outcome: z.enum(['success', 'failure', 'neutral', 'overtaken']),
  error: z.string().optional(),
  status: z.int().optional(),
});

const entry = z.object({
  id: z.string(),
  requestId: z.string().optional().describe('What the host calls the request, where it does.'),
  time,
  tenant: z.string().optional(),
  path: z.string().optional(),
  principal: z.string().optional(),
  key: z.string().optional().describe('Id of the virtual key.'),
  model: z.string().optional().describe('As the caller named it.'),
  served: z.string().optional().describe('The model that answered.'),
  upstream: z.string().optional(),
  upstreamKey: z.string().optional().describe('Its place in the list: #1.'),
  operation: z.string().optional(),
  status: z.int(),
  error: z.string().optional().describe('A stable code.'),
  attempts: count,
  inputTokens: count.optional(),
  cachedTokens: count.optional(),
  cacheWriteTokens: count.optional(),
  outputTokens: count.optional(),
  reasoningTokens: count.optional(),
  units: z.record(z.string(), z.number()).optional().describe('What else was billed, by name.'),
  cost: nanoDollars.optional(),
  priceSource: z.enum(['options', 'catalogue']).optional(),
  isEstimated: z.boolean(),
  saved: nanoDollars.optional(),
  milliseconds,
  firstByteMilliseconds: milliseconds.optional(),
  cache: z.string().optional(),
  stream: z.boolean(),
  tags: texts,
  dropped: texts,
  adjusted: texts,
  redacted: z.record(z.string(), z.number()).optional().describe('How many of which kind.'),
  notes: z.record(z.string(), z.string()).optional(),
  traceless: z.boolean(),
  steps: z
    .array(step)
    .optional()
    .describe(
      'Its attempts; left out for one that succeeded without waiting. Milliseconds from the first line.',
    ),
});

export const callPage: z.ZodType = z.object({ data: z.array(entry.meta({ id: 'Call' })), cursor });

export const call: z.ZodType = entry.extend({
  content: z
    .object({ question: z.string(), answer: z.string() })
    .nullable()
    .describe('Where contents are kept, else null.'),
});

export const usage: z.ZodType = z.object({
  from: isoTime.nullable(),
  to: isoTime.nullable(),
  data: z.array(
    z.object({
      group: z.record(z.string(), z.string()),
      ...sums,
      firstByteP50: milliseconds.nullable().optional(),
      firstByteP95: milliseconds.nullable().optional(),
    }),
  ),
});

const quantiles = { firstByteP50: milliseconds.nullable(), firstByteP95: milliseconds.nullable() };
const allSums = z.object({ ...sums, ...quantiles }).meta({ id: 'Sums' });
const point = z.object({ time, ...sums, ...quantiles }).meta({ id: 'Point' });

export const overview: z.ZodType = z.object({
  from: time,
  to: time,
  bucket: z.enum(['minute', 'hour', 'day']),
  total: allSums,
  before: allSums.describe('Of the same span before.'),
  series: z.array(point),
  by: z.enum(kinds),
  groups: z
    .array(z.object({ name: z.string(), ...sums, ...quantiles }))
    .max(50)
    .describe('The most expensive first.'),
  groupSeries: z.array(z.object({ name: z.string(), points: z.array(point) })).max(8),
});

/** What is told of a call as it ends. */
export const tick: z.ZodType = z.object({
  time,
  calls: count,
  failed: count,
  cost: nanoDollars,
  inputTokens: count,
  outputTokens: count,
  cacheHits: count,
  active: count.describe('Requests under way.'),
  entries: z.array(entry).max(20).describe('The newest last.'),
});
