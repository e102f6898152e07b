import { ask, type Script, type SqlEngine } from './engine.ts';
import { sql } from './kysely.ts';
import { readSealed } from './roll-up.ts';
import { sums } from './sums.ts';

/**
 * Sums up the days before this one that are not summed up yet. To do so with every entry would cost a fifth of what it takes
 * to write that down; once a day it costs nothing. What comes for such a day later is added to these sums, too.
 */
export function* sealDays({ db, flavour }: SqlEngine, before: number): Script<void> {
  // Those who are writing are waited for, and others wait, in the order in which they write. SQLite has one writer anyhow.
  if (flavour === 'postgres')
    yield sql`lock table vector_hours, vector_days in share row exclusive mode`.compile(db);
  const first = yield* readSealed();
  if (first >= before) return;
  const summed = sql.raw(sums.map((name) => `cast(sum(${name}) as bigint)`).join(', '));
  const firsts = sql.raw(
    `vector_sum_firsts(${flavour === 'sqlite' ? 'group_concat' : 'string_agg'}(firsts, ''))`,
  );
  yield sql`insert into vector_caller_days select day, caller, status, error, ${summed}, ${firsts}
    from vector_days where day >= ${first} and day < ${before} group by day, caller, status, error`.compile(
    db,
  );
  yield sql`insert into vector_subject_days select hour / 24, subject, status, error, ${summed}, ${firsts}
    from vector_hours where hour >= ${first * 24} and hour < ${before * 24} group by hour / 24, subject, status, error`.compile(
    db,
  );
  yield sql`insert into vector_asked_days
    select subject, day, caller, status, error, ${sql.raw(sums.join(', '))}, firsts
    from vector_days where day >= ${first} and day < ${before} order by subject, day, caller, status, error`.compile(
    db,
  );
  yield* ask(db.updateTable('vector_sealed').set({ day: before }).compile());
}
