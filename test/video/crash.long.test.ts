import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage, type TaskEvent, type TaskRecord } from '@vector-engine/core';
import type { SimulatedJobUpstream } from '@vector-engine/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStudio } from './studios.ts';
import { until } from './world.ts';

/* `kill -9` at each step of a video job through the whole gateway: before and after each thing that is written, and while
   the provider is asked. The next process, whose caller asks once more under the same key, finds what is there. */

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vector-film-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Film {
  readonly child: ChildProcess;
  readonly events: TaskEvent[];
  /** What its caller was answered; undefined where it died before. */
  readonly status: Promise<number | undefined>;
  readonly exited: Promise<unknown>;
}

function start(path: string, { baseURL }: SimulatedJobUpstream, deathAt = ''): Film {
  const child = fork(join(import.meta.dirname, 'film-process.ts'), [path, baseURL, deathAt], {
    execArgv: ['--conditions=@vector-engine/source'],
  });
  const events: TaskEvent[] = [];
  const status = Promise.withResolvers<number | undefined>();
  child.on('message', (message: { task?: TaskEvent; status?: number }) => {
    if (message.task !== undefined) events.push(message.task);
    if (message.status !== undefined) status.resolve(message.status);
  });
  const exited = new Promise((resolve) => {
    child.on('exit', (code) => {
      status.resolve(undefined);
      resolve(code);
    });
  });
  return { child, events, status: status.promise, exited };
}

async function tasksIn(path: string): Promise<readonly TaskRecord[]> {
  const storage = sqliteStorage({ path });
  const tasks = await storage.tasks.list({ owner: '', limit: 100, order: 'asc' });
  await storage.close();
  return tasks;
}

interface Course {
  readonly died: boolean;
  readonly told: string;
}

/** `deathAt`: a step, or what kills the process from outside. */
async function dieAt(
  deathAt: string | ((film: Film, studio: SimulatedJobUpstream) => Promise<void>),
): Promise<Course> {
  const path = join(folder, `film-${++files}.db`);
  await using studio = await startStudio('openai', { jobTime: 100 });
  const isStep = typeof deathAt === 'string';
  const first = start(path, studio, isStep ? deathAt : '');
  if (!isStep) {
    await deathAt(first, studio);
    first.child.kill('SIGKILL');
  }
  await first.status;
  // Its caller may be answered before it dies: what is settled is settled after that.
  if (first.child.signalCode === null)
    await Promise.race([first.exited, new Promise((resolve) => setTimeout(resolve, 600))]);
  const died = first.child.signalCode !== null || !isStep;
  if (!died) first.child.kill('SIGKILL');
  await first.exited;
  studio.heal();
  const second = start(path, studio);
  const status = await second.status;
  await until(async () => (await tasksIn(path)).every(({ settledAt }) => settledAt !== undefined), 30_000);
  second.child.send('close');
  expect(await second.exited).toBe(0);
  const tasks = await tasksIn(path);
  const last = tasks.at(-1);
  expect(studio.jobs.creations).toBeLessThanOrEqual(1);
  // Of those that the first had told, none is told twice.
  const settled = [...first.events, ...second.events].filter(({ isSettled }) => isSettled);
  expect(settled.length).toBeLessThanOrEqual(tasks.length);
  expect(new Set(settled.map(({ id }) => id)).size).toBe(settled.length);
  const costs: Partial<Record<TaskRecord['state'], number>> = { succeeded: 800_000_000, failed: 0 };
  for (const { state, cost } of tasks) expect(cost).toBe(costs[state]);
  expect(tasks.slice(0, -1).every(({ state }) => state === 'failed')).toBe(true);
  expect(status).toBe(last?.state === 'succeeded' ? 200 : 502);
  return { died, told: `${tasks.map(({ state }) => state).join()}, ${studio.jobs.creations} created` };
}

test('a video is made once, settled once, and told rightly, wherever its process is killed', async () => {
  const seen: Record<string, string> = {};
  let step = 1;
  for (let isOver = false; step < 40 && !isOver; ) {
    // Some at once: most of the time they wait for a lease to end.
    const courses = [step, step + 1, step + 2].map((one) =>
      Promise.all([dieAt(`before ${one}`), dieAt(`after ${one}`)]),
    );
    for (const [before, after] of await Promise.all(courses)) {
      if (isOver) break;
      seen[`before ${step}`] = before.told;
      seen[`after ${step}`] = after.told;
      isOver = !before.died && !after.died;
      if (!isOver) step++;
    }
  }
  expect(step).toBeGreaterThan(8);
  expect(step).toBeLessThan(40);
  const { 'before 1': first, 'after 1': inserted, 'before 2': unsent, ...others } = seen;
  expect(first).toBe('succeeded, 1 created');
  // Nothing was sent: it is begun again, and that is the only one.
  expect(new Set([inserted, unsent])).toEqual(new Set(['failed,succeeded, 1 created']));
  const { 'after 2': aboutToSend, 'before 3': sent, ...rest } = others;
  expect(aboutToSend).toBe('unknown, 0 created');
  expect(sent).toBe('unknown, 1 created');
  expect(new Set(Object.values(rest))).toEqual(new Set(['succeeded, 1 created']));
});

test('killed while the provider is asked, it is never asked to make the video again', async () => {
  const creating = await dieAt(async (_film, studio) => {
    studio.jobs.plan({ creation: { type: 'hang' }, takes: 100 });
    await until(() => studio.jobs.creations === 1);
  });
  expect(creating.told).toBe('unknown, 1 created');
  const polling = await dieAt(async (_film, studio) => {
    await until(() => studio.jobs.creations === 1);
    studio.fail({ type: 'hang' });
    await until(() => studio.requests.length > 1);
  });
  expect(polling.told).toBe('succeeded, 1 created');
});
