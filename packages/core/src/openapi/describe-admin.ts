import * as budgets from '../admin/schemas/budgets.ts';
import * as calls from '../admin/schemas/calls.ts';
import * as jobs from '../admin/schemas/jobs.ts';
import * as keys from '../admin/schemas/keys.ts';
import * as models from '../admin/schemas/models.ts';
import * as upstreams from '../admin/schemas/upstreams.ts';
import type { AdminOperation } from '../http/route-table.ts';
import { z } from '../settings/zod-without-globals.ts';
import type { Description } from './description.ts';

type Said = Omit<Description, 'id' | 'tag' | 'answer'> & { readonly answer: z.ZodType };

/** All of JSON, in and out. */
function json(id: string, { answer, ...said }: Said): Description {
  return { id, tag: 'Admin', ...said, answer: { 'application/json': answer } };
}

const silent = { json: z.object({}), isRequired: false };

export const adminDescriptions: Readonly<Record<AdminOperation, Description>> = {
  'list-keys': json('listKeys', {
    summary: 'Virtual keys, in the order in which they were made.',
    query: keys.keyListing,
    answer: keys.keyPage,
  }),
  'create-key': json('createKey', {
    summary: 'Makes a virtual key, and shows it this once.',
    body: { json: keys.keySpec },
    status: 201,
    answer: keys.shownKey,
  }),
  'get-key': json('getKey', { summary: 'What is kept of a key.', answer: keys.key }),
  'update-key': json('updateKey', {
    summary: 'Changes what is said of a key.',
    body: { json: keys.keyPatch },
    answer: keys.key,
  }),
  'delete-key': json('deleteKey', { summary: 'Forgets a key.', answer: keys.deletedKey }),
  'rotate-key': json('rotateKey', {
    summary: 'Another key in its place.',
    body: { json: keys.rotation, isRequired: false },
    answer: keys.shownKey,
  }),
  'disable-key': json('disableKey', {
    summary: 'Nobody gets in with it.',
    body: silent,
    answer: keys.key,
  }),
  'enable-key': json('enableKey', { summary: 'It is good again.', body: silent, answer: keys.key }),
  'all-usage': json('getUsage', {
    summary: 'Calls, added up; in this month (UTC), where no time is said.',
    query: calls.usageQuery,
    answer: calls.usage,
  }),
  overview: json('getOverview', {
    summary:
      'Calls through time, and by what they are grouped by; of the last 24 hours, where no time is said.',
    query: calls.overviewQuery,
    answer: calls.overview,
  }),
  metrics: {
    id: 'getMetrics',
    tag: 'Admin',
    summary: 'What is measured, as Prometheus reads it.',
    answer: { 'text/plain': z.string(), 'application/openmetrics-text': z.string() },
  },
  'list-calls': {
    id: 'listCalls',
    tag: 'Admin',
    summary: 'Calls, the newest first, in pages; or all that are meant, as a file.',
    query: calls.callsQuery,
    answer: {
      'application/json': calls.callPage,
      'text/csv; charset=utf-8': z.string(),
      'application/jsonl': z.string(),
    },
  },
  'get-call': json('getCall', {
    summary: 'One call, with its content where that is kept.',
    answer: calls.call,
  }),
  live: {
    id: 'watchCalls',
    tag: 'Admin',
    summary: 'What ends, as it ends: events of the name "tick" at most twice a second. Their data is JSON.',
    answer: { 'text/event-stream; charset=utf-8': calls.tick },
  },
  'list-budgets': json('listBudgets', {
    summary: 'The tree of who pays, one level at a time.',
    query: budgets.under,
    answer: budgets.budgetLevel,
  }),
  'near-budgets': json('listNearBudgets', {
    summary: 'Who has little left, the nearest to a limit first.',
    answer: budgets.nearBudgets,
  }),
  'get-budgets': json('getBudgets', {
    summary: 'The budgets of a path and of those above it, or of a key.',
    query: budgets.whose,
    answer: budgets.budgetList,
  }),
  'top-up': json('topUp', {
    summary: 'Pays into the credit of a path, or of a key.',
    query: budgets.whose,
    body: { json: budgets.topUp },
    answer: budgets.budget,
  }),
  'list-upstreams': json('listUpstreams', {
    summary: 'How targets stand.',
    answer: upstreams.upstreamList,
  }),
  'open-upstream': json('openUpstream', {
    summary: 'Opens the breaker of a target, until it is closed by hand.',
    body: silent,
    answer: upstreams.upstream,
  }),
  'drain-upstream': json('drainUpstream', {
    summary: 'A target takes nothing new; what is under way there finishes.',
    body: silent,
    answer: upstreams.upstream,
  }),
  'close-upstream': json('closeUpstream', {
    summary: 'Ends either of these, and lets its keys go.',
    body: silent,
    answer: upstreams.upstream,
  }),
  'list-jobs': json('listJobs', {
    summary: 'Jobs, the newest first.',
    query: jobs.jobsQuery,
    answer: jobs.jobPage,
  }),
  'get-job': json('getJob', { summary: 'One job.', answer: jobs.job }),
  'cancel-job': json('cancelJob', {
    summary: 'Gives a job up, where its vendor can.',
    body: silent,
    answer: jobs.job,
  }),
  'list-all-models': json('listAllModels', {
    summary: 'What callers can name, what it is for and where it is asked.',
    answer: models.modelList,
  }),
  explain: json('explain', {
    summary: 'Where a chat request would go, and why. Nothing is sent.',
    body: { json: models.explainedCall },
    answer: models.explanation,
  }),
};
