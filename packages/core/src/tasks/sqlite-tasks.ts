import { isTaskRecord, type TaskRecord } from '../protocol/task.ts';
import type { TaskLease, TaskListing, TaskSearch, TaskStore } from '../protocol/task-store.ts';
import type { Row, SqliteFile } from '../sqlite/sqlite-file.ts';

/* What is asked for by is in columns beside the record; leases are not part of it, so that they change by themselves. */

/** Tasks in a SQLite file. Each method is one statement, or one transaction. */
export class SqliteTasks implements TaskStore {
  readonly isShared = true;
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  insert(record: TaskRecord, lease: TaskLease): Promise<TaskRecord | undefined> {
    return this.#do((file) =>
      file.transact(() => {
        const { id, owner, operation, idempotencyKey = null, digest, createdAt, version } = record;
        const known =
          idempotencyKey === null
            ? undefined
            : file.first(
                'SELECT record FROM vector_tasks WHERE owner = ? AND idempotency = ?',
                owner,
                idempotencyKey,
              );
        if (known !== undefined) return read(known);
        file.run(
          `INSERT INTO vector_tasks (id, owner, operation, idempotency, digest, created, updated, deleted, version, due, holder, leased, record)
           VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)`,
          id,
          owner,
          operation,
          idempotencyKey,
          digest,
          createdAt,
          record.updatedAt,
          version,
          record.dueAt ?? null,
          lease.holder,
          lease.until,
          JSON.stringify(record),
        );
        return undefined;
      }),
    );
  }

  get(id: string): Promise<TaskRecord | undefined> {
    return this.#do((file) => read(file.first('SELECT record FROM vector_tasks WHERE id = ?', id)));
  }

  findJob(upstream: string, job: string): Promise<TaskRecord | undefined> {
    const sql = 'SELECT record FROM vector_tasks WHERE upstream = ? AND job = ? ORDER BY place DESC LIMIT 1';
    return this.#do((file) => read(file.first(sql, upstream, job)));
  }

  findSame(owner: string, digest: string, since: number): Promise<TaskRecord | undefined> {
    const sql = `SELECT record FROM vector_tasks
      WHERE owner = ? AND digest = ? AND created >= ? AND deleted = 0 ORDER BY place DESC LIMIT 1`;
    return this.#do((file) => read(file.first(sql, owner, digest, since)));
  }

  list({ owner, operation, after, limit, order }: TaskListing): Promise<readonly TaskRecord[]> {
    const [direction, comparison] = order === 'asc' ? ['ASC', '>'] : ['DESC', '<'];
    const from =
      after === undefined
        ? ''
        : `AND place ${comparison} (SELECT place FROM vector_tasks WHERE id = ? AND owner = ?)`;
    const sql = `SELECT record FROM vector_tasks
      WHERE owner = ? AND deleted = 0 ${from} AND (? IS NULL OR operation = ?) ORDER BY place ${direction} LIMIT ?`;
    const place = after === undefined ? [] : [after, owner];
    const kind = operation ?? null;
    return this.#do((file) => readAll(file.all(sql, owner, ...place, kind, kind, limit)));
  }

  search({ state, operation, model, after, limit }: TaskSearch): Promise<readonly TaskRecord[]> {
    const wanted = Object.entries({ model, state, operation }).filter(([, value]) => value !== undefined);
    // The engine does not know which of them is rare. A model is rarer than a state, as a rule, and has that beside it.
    const [first] = wanted;
    const index = first === undefined ? '' : `INDEXED BY vector_tasks_by_${first[0]}`;
    const from = after === undefined ? '' : 'AND place < (SELECT place FROM vector_tasks WHERE id = ?)';
    const sql = `SELECT record FROM vector_tasks WHERE place IN
      (SELECT place FROM vector_tasks ${index}
       WHERE deleted = 0 ${wanted.map(([name]) => `AND ${name} = ?`).join(' ')} ${from}
       ORDER BY place DESC LIMIT ?) ORDER BY place DESC`;
    const values = wanted.map(([, value]) => String(value));
    return this.#do((file) =>
      readAll(file.all(sql, ...values, ...(after === undefined ? [] : [after]), limit)),
    );
  }

  replace(record: TaskRecord): Promise<boolean> {
    const { id, version, idempotencyKey, target, job, updatedAt, deletedAt, dueAt } = record;
    const sql = `UPDATE vector_tasks SET version = ?, idempotency = ?, upstream = ?, job = ?, updated = ?, deleted = ?, due = ?, record = ?
      WHERE id = ? AND version = ?`;
    return this.#do(
      (file) =>
        file.run(
          sql,
          version,
          idempotencyKey ?? null,
          target?.upstream ?? null,
          job ?? null,
          updatedAt,
          deletedAt === undefined ? 0 : 1,
          dueAt ?? null,
          JSON.stringify(record),
          id,
          version - 1,
        ) > 0,
    );
  }

  lease({ holder, until }: TaskLease, now: number, limit: number): Promise<readonly TaskRecord[]> {
    const sql = `UPDATE vector_tasks SET holder = ?, leased = ? WHERE place IN
      (SELECT place FROM vector_tasks WHERE due <= ? AND leased <= ? ORDER BY due LIMIT ?) RETURNING record`;
    return this.#do((file) => readAll(file.all(sql, holder, until, now, now, limit)));
  }

  renew({ holder, until }: TaskLease, ids: readonly string[]): Promise<readonly string[]> {
    const sql = `UPDATE vector_tasks SET leased = ?
      WHERE id IN (SELECT value FROM json_each(?)) AND holder = ? RETURNING id`;
    return this.#do((file) => file.all(sql, until, JSON.stringify(ids), holder).map(({ id }) => String(id)));
  }

  release(holder: string, ids: readonly string[]): Promise<void> {
    const sql = `UPDATE vector_tasks SET holder = NULL, leased = 0
      WHERE id IN (SELECT value FROM json_each(?)) AND holder = ?`;
    return this.#do((file) => void file.run(sql, JSON.stringify(ids), holder));
  }

  nextDue(): Promise<number | undefined> {
    const sql = 'SELECT min(max(due, leased)) AS next FROM vector_tasks WHERE due IS NOT NULL';
    return this.#do((file) => {
      const next = file.first(sql)?.['next'];
      return typeof next === 'number' ? next : undefined;
    });
  }

  deleteOld(before: number, limit: number): Promise<number> {
    const sql = `DELETE FROM vector_tasks WHERE place IN
      (SELECT place FROM vector_tasks WHERE due IS NULL AND updated < ? LIMIT ?)`;
    return this.#do((file) => file.run(sql, before, limit));
  }

  async #do<Result>(act: (file: SqliteFile) => Result): Promise<Result> {
    return act(this.#file);
  }
}

function read(row: Row | undefined): TaskRecord | undefined {
  return row === undefined ? undefined : readAll([row])[0];
}

/** What another program has put there is as good as nothing. */
function readAll(rows: readonly Row[]): TaskRecord[] {
  return rows.flatMap(({ record }) => {
    const value: unknown = JSON.parse(String(record));
    return isTaskRecord(value) ? [value] : [];
  });
}
