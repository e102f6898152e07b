import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkBlobStore, checkTaskStore } from '@vector-engine/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { taskWorld } from '../../test/task-world.ts';
import { sqliteStorage } from './sqlite-storage.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vector-tasks-'));
  path = join(folder, 'tasks.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const keeping = { type: 'video/mp4', now: 0, expiresAt: 1000 };

describe('sqliteStorage', () => {
  test('is a store of tasks, and of media, by all checks of them, also as another process has it', async () => {
    const [one, other] = [sqliteStorage({ path }), sqliteStorage({ path })];
    const findings = [
      ...(await checkTaskStore(one.tasks, { other: other.tasks })),
      ...(await checkBlobStore(one.blobs, { other: other.blobs })),
    ];
    expect(findings.filter(({ passed }) => !passed)).toEqual([]);
    expect(findings).toHaveLength(15);
    await Promise.all([one.close(), other.close()]);
  });

  test('what is in it is there after it was closed, and what is done to it then rejects', async () => {
    const first = sqliteStorage({ path });
    const world = taskWorld({ storage: first });
    const task = await world.create();
    await first.blobs.put('a', Buffer.from('media'), keeping);
    await first.close();
    await first.close();
    await expect(first.tasks.get(task.id)).rejects.toThrow(/not open/);
    const second = sqliteStorage({ path });
    expect(await second.tasks.get(task.id)).toEqual(task);
    expect(Buffer.from((await second.blobs.read('a', 0, 9)) ?? [])).toEqual(Buffer.from('media'));
    await second.close();
  });

  test('its files are for the eyes of their owner only', async () => {
    const storage = sqliteStorage({ path });
    await storage.blobs.put('a', Buffer.from('media'), keeping);
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(1);
    expect(modes.every((mode) => mode === 0o600)).toBe(true);
    await storage.close();
  });

  test('it can be kept in a file that has other things in it', async () => {
    const own = new DatabaseSync(path);
    own.exec("CREATE TABLE tasks (x); INSERT INTO tasks VALUES ('theirs'); PRAGMA user_version = 7");
    const storage = sqliteStorage({ path });
    await storage.blobs.put('a', Buffer.from('media'), keeping);
    await storage.close();
    expect(own.prepare('SELECT x FROM tasks').get()).toEqual({ x: 'theirs' });
    expect(own.prepare('PRAGMA user_version').get()).toEqual({ user_version: 7 });
    own.close();
  });

  test('a row that is no record is as good as none', async () => {
    const storage = sqliteStorage({ path });
    const world = taskWorld({ storage });
    const task = await world.create();
    const own = new DatabaseSync(path);
    own.exec(`UPDATE vector_tasks SET record = '{"id":1}'`);
    own.close();
    expect(await storage.tasks.get(task.id)).toBeUndefined();
    expect(await storage.tasks.list({ owner: 'acme', limit: 9, order: 'asc' })).toEqual([]);
    await storage.close();
  });

  test('media are bounded: what is oldest goes, and no part of it stays behind', async () => {
    const storage = sqliteStorage({ path, blobBytes: 1_000_000 });
    for (const id of ['a', 'b', 'c'])
      expect(await storage.blobs.put(id, new Uint8Array(400_000), keeping)).toBe(true);
    expect(await storage.blobs.put('d', new Uint8Array(1_000_001), keeping)).toBe(false);
    expect(await storage.blobs.find('a', 0)).toBeUndefined();
    expect(await storage.blobs.find('c', 0)).toEqual({ type: 'video/mp4', size: 400_000 });
    await storage.blobs.deleteExpired(1000);
    await storage.close();
    const own = new DatabaseSync(path);
    expect(own.prepare('SELECT count(*) AS parts FROM vector_blob_parts').get()).toEqual({ parts: 0 });
    own.close();
  });

  test('what is wrong with the file is told when it is opened', async () => {
    await sqliteStorage({ path }).close();
    const own = new DatabaseSync(path);
    own.exec('UPDATE vector_schema SET version = 99');
    own.close();
    expect(() => sqliteStorage({ path })).toThrow(/was written by a later version/);
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'not a database, and long enough to be taken for one '.repeat(100));
    expect(() => sqliteStorage({ path: text })).toThrow(
      /notes\.txt cannot be opened as a database: .*not a database/,
    );
    expect(() => sqliteStorage({ path: join(folder, 'none', 'x.db') })).toThrow(/ENOENT/);
    expect(() => sqliteStorage({ path: ':memory:' })).toThrow(/memoryStorage/);
    expect(() => sqliteStorage({ path, blobBytes: 0 })).toThrow(/blobBytes/);
  });
});
