import type { LedgerEntry } from '../../protocol/ledger.ts';
import { writeFirstByte } from '../first-bytes.ts';
import { isFailed, isHit } from '../total.ts';
import type { BulkRow } from './engine.ts';
import { fitText } from './fit-text.ts';
import { whole } from './whole.ts';

/** What an entry is in its own columns; who asked, and for what, is in two other tables. */
export type EntryColumns = Readonly<
  Record<
    | 'time'
    | 'status'
    | 'failed'
    | 'hit'
    | 'input'
    | 'cached'
    | 'output'
    | 'reasoning'
    | 'cost'
    | 'saved'
    | 'milliseconds',
    number | string | null
  > & { id: string; error: string; rest: string; firsts: string }
>;

export type Caller = Readonly<Record<'name' | 'tenant' | 'path' | 'principal' | 'key', string>>;
export type Subject = Readonly<Record<'name' | 'model' | 'served' | 'upstream' | 'operation', string>>;

export function callerOf(entry: LedgerEntry): Caller {
  const [tenant, path, principal, key] = fitAll([entry.tenant, entry.path, entry.principal, entry.key]);
  return { name: nameOf([tenant, path, principal, key]), tenant, path, principal, key };
}

export function subjectOf(entry: LedgerEntry): Subject {
  const [model, served, upstream, operation] = fitAll([
    entry.model,
    entry.served,
    entry.upstream,
    entry.operation,
  ]);
  return { name: nameOf([model, served, upstream, operation]), model, served, upstream, operation };
}

/** No two lists have the same. */
const nameOf = (texts: readonly string[]): string => JSON.stringify(texts);

type Four<Value> = readonly [Value, Value, Value, Value];

const fitAll = ([one, two, three, four]: Four<string | undefined>): Four<string> => [
  fitText(one ?? ''),
  fitText(two ?? ''),
  fitText(three ?? ''),
  fitText(four ?? ''),
];

export function columnsOf(entry: LedgerEntry): EntryColumns & BulkRow {
  return {
    id: fitText(entry.id),
    time: whole(entry.time) ?? 0,
    status: whole(entry.status) ?? 0,
    error: fitText(entry.error ?? ''),
    failed: isFailed(entry) ? 1 : 0,
    hit: isHit(entry) ? 1 : 0,
    input: whole(entry.inputTokens),
    cached: whole(entry.cachedTokens),
    output: whole(entry.outputTokens),
    reasoning: whole(entry.reasoningTokens),
    cost: whole(entry.cost),
    saved: whole(entry.saved),
    milliseconds: whole(entry.milliseconds) ?? 0,
    rest: JSON.stringify(restOf(entry)),
    firsts: writeFirstByte(entry.firstByteMilliseconds, entry.status),
  };
}

/** What has columns, or is in the other tables. */
const texts = [
  'id',
  'tenant',
  'path',
  'principal',
  'key',
  'model',
  'served',
  'upstream',
  'operation',
  'error',
] as const;

/** The fields that have no columns, without what is so with most calls, and the texts that are otherwise in their columns. */
function restOf(entry: LedgerEntry): Partial<LedgerEntry> {
  const { tags, dropped, adjusted } = entry;
  const rest: { -readonly [Field in keyof LedgerEntry]?: LedgerEntry[Field] } = {
    requestId: entry.requestId,
    upstreamKey: entry.upstreamKey,
    attempts: entry.attempts,
    cacheWriteTokens: entry.cacheWriteTokens,
    units: entry.units,
    priceSource: entry.priceSource,
    firstByteMilliseconds: entry.firstByteMilliseconds,
    cache: entry.cache,
    redacted: entry.redacted,
    notes: entry.notes,
    steps: entry.steps,
  };
  if (entry.isEstimated) rest.isEstimated = true;
  if (entry.stream) rest.stream = true;
  if (tags.length > 0) rest.tags = tags;
  if (dropped.length > 0) rest.dropped = dropped;
  if (adjusted.length > 0) rest.adjusted = adjusted;
  if (entry.traceless) rest.traceless = true;
  for (const name of texts) {
    const text = entry[name];
    if (text !== undefined && (text === '' || fitText(text) !== text)) rest[name] = text;
  }
  return rest;
}

/** A row with the names of who asked and of what was asked for. */
export type JoinedRow = EntryColumns & Omit<Caller, 'name'> & Omit<Subject, 'name'>;

const textOf = (value: string): string | undefined => (value === '' ? undefined : value);

const numberOf = (value: number | string | null): number | undefined =>
  value === null ? undefined : Number(value);

export function entryOf(row: JoinedRow): LedgerEntry {
  return {
    id: row.id,
    time: Number(row.time),
    tenant: textOf(row.tenant),
    path: textOf(row.path),
    principal: textOf(row.principal),
    key: textOf(row.key),
    model: textOf(row.model),
    served: textOf(row.served),
    upstream: textOf(row.upstream),
    requestId: undefined,
    upstreamKey: undefined,
    operation: textOf(row.operation),
    status: Number(row.status),
    error: textOf(row.error),
    attempts: 0,
    inputTokens: numberOf(row.input),
    cachedTokens: numberOf(row.cached),
    cacheWriteTokens: undefined,
    outputTokens: numberOf(row.output),
    reasoningTokens: numberOf(row.reasoning),
    units: undefined,
    cost: numberOf(row.cost),
    priceSource: undefined,
    isEstimated: false,
    saved: numberOf(row.saved),
    milliseconds: Number(row.milliseconds),
    firstByteMilliseconds: undefined,
    cache: undefined,
    stream: false,
    tags: [],
    dropped: [],
    adjusted: [],
    redacted: undefined,
    notes: undefined,
    traceless: false,
    steps: undefined,
    ...readRest(row.rest),
  };
}

/** We have written it ourselves; what another program has put there is as good as nothing. */
function readRest(text: string): Partial<LedgerEntry> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}
