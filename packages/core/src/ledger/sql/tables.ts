import type { ColumnType, Generated } from 'kysely';

/** Whole numbers up to 2^53 - 1; the driver of Postgres gives them as text. */
type Whole = ColumnType<number | string, number, number>;
type MaybeWhole = ColumnType<number | string | null, number | null, number | null>;
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;

/** One of those who ask: the part of an entry that comes up again and again is kept once. Empty texts where there is nothing. */
export interface CallerTable {
  readonly id: ColumnType<number | string, never, never>;
  /** Of the four, so that they are found whatever they are. */
  readonly digest: string;
  readonly tenant: string;
  readonly path: string;
  readonly principal: string;
  readonly key: string;
}

/** What is asked for, likewise. */
export interface SubjectTable {
  readonly id: ColumnType<number | string, never, never>;
  readonly digest: string;
  readonly model: string;
  readonly served: string;
  readonly upstream: string;
  readonly operation: string;
}

export interface EntryTable {
  /** In the order in which they were written down. */
  readonly place: ColumnType<number | string, never, never>;
  readonly id: string;
  readonly time: Whole;
  readonly caller: Whole;
  readonly subject: Whole;
  readonly status: Whole;
  readonly error: string;
  /** 1 where it has an error, or a status from 400 on. */
  readonly failed: Whole;
  /** 1 where the response cache answered. */
  readonly hit: Whole;
  readonly input: MaybeWhole;
  readonly cached: MaybeWhole;
  readonly output: MaybeWhole;
  readonly reasoning: MaybeWhole;
  readonly cost: MaybeWhole;
  readonly saved: MaybeWhole;
  readonly milliseconds: Whole;
  /** The other fields, as JSON. */
  readonly rest: string;
  /** When its first byte came, as a histogram of one: see `first-bytes.ts`. Empty where it does not count, and of entries that are older than the column. */
  readonly firsts: string;
}

export interface TagTable {
  readonly tag: string;
  readonly time: Whole;
  readonly place: Whole;
}

/** What is summed of some entries. */
interface SumColumns {
  readonly subject: Whole;
  readonly status: Whole;
  readonly error: string;
  readonly calls: Whole;
  readonly failed: Whole;
  readonly hit: Whole;
  readonly input: Whole;
  readonly cached: Whole;
  readonly output: Whole;
  readonly reasoning: Whole;
  readonly cost: Whole;
  readonly saved: Whole;
  readonly milliseconds: Whole;
  /** When first bytes came, as a histogram. */
  readonly firsts: string;
}

/** Sums of the entries of an hour, whoever asked: kept with them in the same transaction, so that nobody has to read them all. */
export interface HourTable extends SumColumns {
  /** Hours since the epoch. */
  readonly hour: Whole;
}

/** Sums of what each has asked for on a day, likewise. */
export interface DayTable extends SumColumns {
  readonly caller: Whole;
  /** Days since the epoch. */
  readonly day: Whole;
}

/** Sums of each on a day that is sealed, whatever for. */
export interface CallerDayTable extends Omit<SumColumns, 'subject'> {
  readonly caller: Whole;
  readonly day: Whole;
}

/** Sums of a day that is sealed, whoever asked. */
export interface SubjectDayTable extends SumColumns {
  readonly day: Whole;
}

/** One row. `vector_asked_days` is `vector_days` in another order, as far as it is sealed. */
export interface SealedTable {
  /** The first day that is not summed up, in days since the epoch. */
  readonly day: Whole;
}

export interface ContentTable {
  readonly id: string;
  readonly time: Whole;
  readonly tenant: string | null;
  readonly question: Bytes;
  readonly answer: Bytes;
}

export interface KeyTable {
  /** In the order in which they were made. */
  readonly place: Generated<number | string>;
  readonly id: string;
  readonly digest: string;
  readonly previous: string | null;
  readonly tenant: string;
  readonly path: string;
  readonly version: Whole;
  /** The whole record, as JSON. */
  readonly record: string;
}

/** The names are such that the database may be one that the operator keeps other things in. */
export interface LedgerTables {
  readonly vector_callers: CallerTable;
  readonly vector_subjects: SubjectTable;
  readonly vector_entries: EntryTable;
  readonly vector_tags: TagTable;
  readonly vector_hours: HourTable;
  readonly vector_days: DayTable;
  readonly vector_caller_days: CallerDayTable;
  readonly vector_subject_days: SubjectDayTable;
  readonly vector_asked_days: DayTable;
  readonly vector_sealed: SealedTable;
  readonly vector_contents: ContentTable;
  readonly vector_keys: KeyTable;
}
