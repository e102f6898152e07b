import type { Budgets } from '../access/budgets.ts';
import { principalOf } from '../access/principal-of.ts';
import { GatewayError } from '../errors.ts';
import { answerJson } from '../http/local-answers.ts';
import type { AdminOperation } from '../http/route-table.ts';
import type { Answer } from '../protocol/answer.ts';
import { wallTime } from '../protocol/clock.ts';
import type { ContentRecord, Ledger } from '../protocol/ledger.ts';
import type { AdminParts, AdminQuestion } from './admin-parts.ts';
import { type GatewayKeys, noKeys } from './gateway-keys.ts';
import type { JobQuery } from './job-desk.ts';
import { readOverview } from './overview.ts';
import { parseBody, readBy, readQuery } from './read-json.ts';
import { readKeyListing, readKeyPatch, readKeySpec, readRotation } from './read-keys.ts';
import { topUp, under, whose } from './schemas/budgets.ts';
import { type CallsQuery, callsQuery, type OverviewQuery, overviewQuery } from './schemas/calls.ts';
import { jobsQuery } from './schemas/jobs.ts';
import { explainedCall } from './schemas/models.ts';

type Serve = (question: AdminQuestion, parts: AdminParts) => Promise<object> | object;

/** Answers somebody who may ask. @throws GatewayError */
export async function serveAdmin(question: AdminQuestion, parts: AdminParts): Promise<Answer> {
  const answer = await desk[question.operation](question, parts);
  return isAnswer(answer) ? answer : answerJson(answer);
}

function isAnswer(answer: object): answer is Answer {
  return 'kind' in answer && 'body' in answer;
}

const desk: Readonly<Record<AdminOperation, Serve>> = {
  'list-keys': listKeys,
  'create-key': async (question, parts) => {
    const made = await keysOf(parts).create(readKeySpec(await bodyOf(question)));
    return { ...answerJson(made), status: 201 };
  },
  'get-key': ({ id }, parts) => keysOf(parts).get(id),
  'update-key': async (question, parts) => {
    const { changes, version } = readKeyPatch(await bodyOf(question));
    return keysOf(parts).update(question.id, changes, version === undefined ? {} : { version });
  },
  'rotate-key': async (question, parts) =>
    keysOf(parts).rotate(question.id, readRotation(await bodyOf(question))),
  'disable-key': ({ id }, parts) => keysOf(parts).disable(id),
  'enable-key': ({ id }, parts) => keysOf(parts).enable(id),
  'delete-key': async ({ id }, parts) => {
    if (await keysOf(parts).delete(id)) return { id, deleted: true };
    throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun: 'Key' });
  },
  'all-usage': ({ query }, { usage }) => usage.all(query),
  overview: ({ query }, parts) => {
    const { from, to, by, ...filter } = readBy<OverviewQuery>(overviewQuery, readQuery(query));
    return readOverview(ledgerOf(parts), { from, to, by, filter, now: wallTime(parts.clock) });
  },
  live: (_question, { live }) => live.answer(),
  metrics: (_question, { metrics }) => {
    if (metrics === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
    return metrics();
  },
  'list-calls': listCalls,
  'get-call': ({ id }, parts) => findCall(id, ledgerOf(parts)),
  'list-budgets': ({ query }, { tree }) => {
    const { under: place } = readBy<{ readonly under?: string | undefined }>(under, readQuery(query));
    return tree.children(place);
  },
  'near-budgets': (_question, { tree }) => tree.near(),
  'get-budgets': async ({ id, query }, parts) => ({ data: await readBudgets(id, readOf(query), parts) }),
  'top-up': async (question, parts) => {
    const { dollars, id: once } = readBy(topUp, await bodyOf(question));
    const { id, query } = question;
    const owner = readOf(query) === 'key' ? { key: (await keysOf(parts).get(id)).id } : id;
    return budgetsOf(parts).topUp(owner, dollars, { id: once });
  },
  'list-upstreams': (_question, { upstreams }) => upstreams.list(),
  'open-upstream': ({ id }, { upstreams }) => upstreams.change(id, 'open'),
  'drain-upstream': ({ id }, { upstreams }) => upstreams.change(id, 'drain'),
  'close-upstream': ({ id }, { upstreams }) => upstreams.change(id, 'close'),
  'list-jobs': ({ query, base }, { jobs }) => jobs.list(readBy<JobQuery>(jobsQuery, readQuery(query)), base),
  'get-job': ({ id, base }, { jobs }) => jobs.get(id, base),
  'cancel-job': ({ id, base }, { jobs }) => jobs.cancel(id, base),
  'list-all-models': async (_question, { models }) => ({
    data: (await models()).map(({ id, modality: kind, window, capabilities, targets }) => ({
      id,
      kind,
      window,
      capabilities,
      targets,
    })),
  }),
  explain: async ({ read, principal }, { explain }) => {
    const body = await read();
    readBy(explainedCall, parseBody(body));
    return explain(body, principal);
  },
};

/** @throws GatewayError `VE_ROUTE_NOT_FOUND` where there are none */
function keysOf({ keys }: AdminParts): GatewayKeys {
  if (keys === noKeys) throw new GatewayError('VE_ROUTE_NOT_FOUND');
  return keys;
}

async function listKeys({ query }: AdminQuestion, { keys }: AdminParts): Promise<object> {
  const listing = readKeyListing(readQuery(query));
  if (keys === noKeys) return { data: [], hasMore: false, areOff: true };
  const data = await keys.list(listing);
  return { data, hasMore: data.length === listing.limit };
}

async function listCalls({ query }: AdminQuestion, parts: AdminParts): Promise<object> {
  const { format, limit, cursor: after, ...filter } = readBy<CallsQuery>(callsQuery, readQuery(query));
  const ledger = ledgerOf(parts);
  if (format === 'csv' || format === 'jsonl') {
    const { exportCalls } = await import('./export-calls.ts');
    return exportCalls(ledger, filter, format);
  }
  const { entries, cursor } = await ledger.query({ ...filter, limit, cursor: after });
  return { data: entries, cursor: cursor ?? null };
}

async function findCall(id: string, ledger: Ledger): Promise<object> {
  const entry = await ledger.find(id);
  if (entry === undefined) throw new GatewayError('VE_OBJECT_NOT_FOUND', { id, noun: 'Call' });
  return { ...entry, content: shown(await ledger.content(id)) };
}

/** Whether a path is meant, or a virtual key. */
function readOf(query: string): 'path' | 'key' {
  return readBy<{ readonly of: 'path' | 'key' }>(whose, readQuery(query)).of;
}

/** Of a place in the tree, and of those above it; or of a key. */
async function readBudgets(id: string, of: 'path' | 'key', parts: AdminParts): Promise<readonly object[]> {
  if (of === 'path') return budgetsOf(parts).read(id);
  return parts.usage.budgetsOf(principalOf(await keysOf(parts).get(id)));
}

/** @throws GatewayError `VE_ROUTE_NOT_FOUND` where nothing is written down */
function ledgerOf({ ledger }: AdminParts): Ledger {
  if (ledger === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
  return ledger;
}

function budgetsOf({ budgets }: AdminParts): Budgets {
  if (budgets === undefined) throw new GatewayError('VE_ROUTE_NOT_FOUND');
  return budgets;
}

async function bodyOf({ read }: AdminQuestion): Promise<unknown> {
  const body = await read();
  return body.length === 0 ? {} : parseBody(body);
}

/** Where an operator wants contents to be kept, an operator is shown them. */
function shown(content: ContentRecord | undefined): object | null {
  return content === undefined
    ? null
    : { question: content.question.reveal(), answer: content.answer.reveal() };
}
