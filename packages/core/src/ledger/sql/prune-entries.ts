import type { Retention } from '../../protocol/ledger.ts';
import { isAmongNumbers } from './conditions.ts';
import { ask, type Script, type SqlEngine } from './engine.ts';
import { valuesOf } from './entry-row.ts';
import { sql } from './kysely.ts';
import { dayOf, hourOf, rollUp, sumTables } from './roll-up.ts';

/** Rows that go at once: then others have their turn. */
const atOnce = 500;

/** Not the host's `setImmediate`, which its tests may replace. */
const { setImmediate } = globalThis;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Forgets what is old; gives how many entries are gone. */
export async function pruneEntries(engine: SqlEngine, retention: Retention): Promise<number> {
  const { before, entries, contentBefore } = retention;
  let gone = 0;
  if (before !== undefined)
    gone += await repeat(engine, () => dropEntries(engine, { time: before, place: 0 }));
  if (entries !== undefined) {
    const oldest = await findOldestKept(engine, entries);
    if (oldest !== undefined) gone += await repeat(engine, () => dropEntries(engine, oldest));
  }
  if (gone > 0) await dropNames(engine);
  if (contentBefore !== undefined) await repeat(engine, () => dropContents(engine, contentBefore));
  return gone;
}

async function repeat(engine: SqlEngine, script: () => Script<number>): Promise<number> {
  let gone = 0;
  for (;;) {
    const now = await engine.transact(script);
    gone += now;
    if (now < atOnce) return gone;
    await turn();
  }
}

interface Moment {
  readonly time: number;
  readonly place: number;
}

/** Of the newest so many entries; what comes before it goes. */
async function findOldestKept({ db }: SqlEngine, entries: number): Promise<Moment | undefined> {
  const newest = db.selectFrom('vector_entries').select(['time', 'place']);
  const ordered = newest.orderBy('time', 'desc').orderBy('place', 'desc');
  if (entries < 1) return { time: Number.MAX_SAFE_INTEGER, place: Number.MAX_SAFE_INTEGER };
  const found = await ordered
    .limit(1)
    .offset(Math.trunc(entries) - 1)
    .executeTakeFirst();
  return found && { time: Number(found.time), place: Number(found.place) };
}

/** Some of those that are older. */
function* dropEntries(engine: SqlEngine, { time, place }: Moment): Script<number> {
  const { db, flavour } = engine;
  const query = db
    .selectFrom('vector_entries')
    .selectAll()
    .where(sql<boolean>`(time, place) < (${time}, ${place})`)
    .orderBy('time')
    .orderBy('place')
    .limit(atOnce);
  const rows = yield* ask((flavour === 'postgres' ? query.forUpdate().skipLocked() : query).compile());
  if (rows.length === 0) return 0;
  const areGone = isAmongNumbers(
    engine,
    'place',
    rows.map((row) => Number(row.place)),
  );
  yield db.deleteFrom('vector_tags').where(areGone).compile();
  yield db.deleteFrom('vector_entries').where(areGone).compile();
  yield* rollUp([], rows.flatMap(valuesOf));
  const times = rows.map((row) => Number(row.time));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const subjects = [...new Set(rows.map(({ subject }) => Number(subject)))];
  for (const { table, keys } of sumTables) {
    const [moment, momentOf] = keys.includes('hour')
      ? (['hour', hourOf] as const)
      : (['day', dayOf] as const);
    const column = sql.ref(moment);
    const meant = keys[0] === 'subject' ? sql`${isAmongNumbers(engine, 'subject', subjects)} and` : sql``;
    yield sql`delete from ${sql.table(table)} where ${meant} calls = 0
      and ${column} >= ${momentOf(first)} and ${column} <= ${momentOf(last)}`.compile(db);
  }
  return rows.length;
}

/** Names that no entry has any more: who they were is not kept. */
async function dropNames(engine: SqlEngine): Promise<void> {
  const callers = { names: 'vector_callers', column: 'caller', sums: 'vector_days' } as const;
  const subjects = { names: 'vector_subjects', column: 'subject', sums: 'vector_hours' } as const;
  await repeat(engine, () => dropNamesOf(engine, callers));
  await repeat(engine, () => dropNamesOf(engine, subjects));
}

interface NameUse {
  readonly names: 'vector_callers' | 'vector_subjects';
  readonly column: 'caller' | 'subject';
  readonly sums: 'vector_days' | 'vector_hours';
}

function* dropNamesOf(engine: SqlEngine, { names, column, sums }: NameUse): Script<number> {
  const reference = sql.ref(`e.${column}`);
  const unused = sql<{ id: number | string }>`select n.id from ${sql.table(names)} as n
    where not exists (select 1 from vector_entries as e where ${reference} = n.id)
    and not exists (select 1 from ${sql.table(sums)} as e where ${reference} = n.id) limit ${atOnce}`;
  const ids = (yield* ask(unused.compile(engine.db))).map(({ id }) => Number(id));
  if (ids.length === 0) return 0;
  yield engine.db
    .deleteFrom(names)
    .where(isAmongNumbers(engine, 'id', ids))
    .compile();
  return ids.length;
}

function* dropContents({ db }: SqlEngine, before: number): Script<number> {
  const old = db.selectFrom('vector_contents').select('id').where('time', '<', before).orderBy('time');
  const query = db.deleteFrom('vector_contents').where('id', 'in', old.limit(atOnce)).returning('id');
  return (yield* ask(query.compile())).length;
}
