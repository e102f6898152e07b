import type { LedgerEntry } from '../../protocol/ledger.ts';
import { writeFirstByte } from '../first-bytes.ts';
import { isFailed, isHit } from '../total.ts';
import type { BulkColumn, BulkValue } from './engine.ts';
import { fitText, isOdd } from './fit-text.ts';
import { KeyTree } from './key-tree.ts';
import type { Name, NameField, Numbering } from './name-numbers.ts';
import { amounts } from './sums.ts';
import { whole } from './whole.ts';

/** What an entry is in its own columns; who asked, and for what, is in two other tables. */
export type EntryColumns = Readonly<
  Record<'time' | 'status' | (typeof amounts)[number], number | string | null> &
    Record<'id' | 'error' | 'rest' | 'firsts', string>
>;

/** With the numbers of those. */
export type NumberedColumns = EntryColumns & Readonly<Record<'caller' | 'subject', number | string>>;

/** In the order in which `RowWriter` gives them. */
export const entryColumns: readonly (BulkColumn & { readonly name: keyof NumberedColumns })[] = [
  { name: 'id', type: 'text' },
  ...(['time', 'caller', 'subject', 'status'] as const).map((name) => ({ name, type: 'whole' }) as const),
  { name: 'error', type: 'text' },
  ...amounts.map((name) => ({ name, type: 'whole' }) as const),
  { name: 'rest', type: 'text' },
  { name: 'firsts', type: 'text' },
];

/** Where they are in a row. What is summed is in its order, and before it, where the calls would be, the error. */
export const placeOf = { time: 1, caller: 2, subject: 3, status: 4, error: 5, calls: 5, firsts: 16 } as const;

/** An entry, and who asked for what. */
export interface Incoming {
  /** The entry's id, as it is kept. */
  readonly id: string;
  readonly entry: LedgerEntry;
  readonly caller: Name;
  readonly subject: Name;
}

export interface Numberings {
  readonly callers: Numbering;
  readonly subjects: Numbering;
}

/** Texts that are remembered before they are forgotten, all of them. */
const mostRemembered = 10_000;

/** Knows the texts that come up again and again: of nearly all calls all that has no column is the same as of others. */
export class RowWriter {
  #plain = new KeyTree<string>();
  #remembered = 0;

  /** Adds one row to the values of others. */
  write(values: BulkValue[], incoming: Incoming, numberings: Numberings): void {
    const { id, entry, caller, subject } = incoming;
    values.push(
      id,
      whole(entry.time) ?? 0,
      numberings.callers.get(caller) ?? 0,
      numberings.subjects.get(subject) ?? 0,
      whole(entry.status) ?? 0,
      fitText(entry.error ?? ''),
      isFailed(entry) ? 1 : 0,
      isHit(entry) ? 1 : 0,
      whole(entry.inputTokens),
      whole(entry.cachedTokens),
      whole(entry.outputTokens),
      whole(entry.reasoningTokens),
      whole(entry.cost),
      whole(entry.saved),
      whole(entry.milliseconds) ?? 0,
      isPlain(incoming) ? this.#writePlain(incoming) : JSON.stringify(restOf(incoming)),
      writeFirstByte(entry.firstByteMilliseconds, entry.status),
    );
  }

  #writePlain(incoming: Incoming): string {
    const { upstreamKey, priceSource, attempts, stream, firstByteMilliseconds } = incoming.entry;
    const begun = this.#plain.at(upstreamKey).at(priceSource).at(attempts);
    const place = begun.at(stream ? 1 : 0).at(firstByteMilliseconds);
    if (place.value !== undefined) return place.value;
    if (this.#remembered++ >= mostRemembered) {
      this.#plain = new KeyTree();
      this.#remembered = 0;
    }
    return (place.value = JSON.stringify(restOf(incoming)));
  }
}

/** What else it may have in its rest is not there. */
function isPlain({ id, entry, caller, subject }: Incoming): boolean {
  const { error, requestId, cacheWriteTokens, units, cache, redacted, notes, steps } = entry;
  if ((requestId ?? cacheWriteTokens ?? units ?? cache ?? redacted ?? notes ?? steps) !== undefined)
    return false;
  if (entry.tags.length + entry.dropped.length + entry.adjusted.length > 0) return false;
  const isOwn = id !== '' && id === entry.id && error === undefined;
  return isOwn && !entry.isEstimated && !entry.traceless && (caller.odd ?? subject.odd) === undefined;
}

/** The same of a row that was read. */
export const valuesOf = (row: NumberedColumns): BulkValue[] => entryColumns.map(({ name }) => row[name]);

/** The fields that have no columns, without what is so with most calls, and the texts that are otherwise in their columns. */
function restOf({ id, entry, caller, subject }: Incoming): Partial<LedgerEntry> {
  const { error, tags, dropped, adjusted } = entry;
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
  if (id === '' || id !== entry.id) rest.id = entry.id;
  if (isOdd(error)) rest.error = error;
  if (caller.odd !== undefined) Object.assign(rest, caller.odd);
  if (subject.odd !== undefined) Object.assign(rest, subject.odd);
  return rest;
}

/** A row with the names of who asked and of what was asked for. */
export type JoinedRow = EntryColumns & Readonly<Record<NameField, string>>;

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
