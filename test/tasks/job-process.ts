import type { JobReport } from '../../packages/core/src/protocol/job.ts';
import { silentLogger } from '../../packages/core/src/protocol/logger.ts';
import type { TaskRecord } from '../../packages/core/src/protocol/task.ts';
import type { TaskStorage } from '../../packages/core/src/protocol/task-store.ts';
import { sqliteStorage } from '../../packages/core/src/tasks/sqlite-storage.ts';
import { TaskRunner } from '../../packages/core/src/tasks/task-runner.ts';
import { fastClock } from './fast-clock.ts';

/* A process that makes videos through one file of tasks, and dies when it is told to. */

const [path = '', studio = '', orders = '0', deathAt = '', key = 'order'] = process.argv.slice(2);
const clock = fastClock;
let writes = 0;

/** As the power fails: nothing of this process is run any more. */
const die = (): void => process.kill(process.pid, 'SIGKILL') && undefined;

const beforeWrite = (): void => {
  if (deathAt === `before ${writes + 1}`) die();
};

const afterWrite = (): void => {
  writes++;
  if (deathAt === `after ${writes}`) die();
};

const count =
  <Parameters extends readonly unknown[], Result>(act: (...parameters: Parameters) => Promise<Result>) =>
  async (...parameters: Parameters): Promise<Result> => {
    beforeWrite();
    const result = await act(...parameters);
    afterWrite();
    return result;
  };

/** Counts what is written, and dies before or after one of them: `before 3`, `after 3`. */
function dying(open: TaskStorage): TaskStorage {
  const { tasks } = open;
  tasks.insert = count(tasks.insert.bind(tasks));
  tasks.replace = count(tasks.replace.bind(tasks));
  tasks.release = count(tasks.release.bind(tasks));
  const lease = tasks.lease.bind(tasks);
  tasks.lease = async (...parameters) => {
    const leased = await lease(...parameters);
    // Else nothing was written.
    if (leased.length > 0) afterWrite();
    return leased;
  };
  return open;
}

async function ask(what: string): Promise<JobReport> {
  const response = await fetch(`${studio}${what}`, { method: 'POST' });
  const report: JobReport = JSON.parse(await response.text());
  return report;
}

const storage = dying(sqliteStorage({ path }));
const runner = new TaskRunner({
  storage,
  clock,
  random: Math.random,
  logger: silentLogger,
  poll: (task) => ask(`/ask/${task.job}`),
  settle: async (task) => {
    await ask(`/settle/${task.id}`);
    return 1;
  },
});
runner.resume();

/** As a face makes one, for a caller who asks again where nothing was begun. */
async function order(idempotencyKey: string): Promise<TaskRecord | undefined> {
  const beginning = await runner.begin({
    kind: 'video',
    owner: 'acme',
    operation: 'video',
    model: 'film',
    prompt: 'A boat',
    request: { seconds: 8 },
    digest: 'boat',
    idempotencyKey,
  });
  if (beginning.outcome === 'new') {
    const { creation } = beginning;
    await creation.sending({ target: { upstream: 'studio', model: 'film-2' } });
    await creation.created(await ask(`/create/${idempotencyKey}`));
    process.send?.({ created: beginning.task.id });
  }
  const over = await runner.wait(beginning.task.id);
  return over?.error?.code === 'not_started' ? order(idempotencyKey) : over;
}

// The timers of the runner keep no process alive.
const stay = setInterval(() => {}, 60_000);
await Promise.all(Array.from({ length: Number(orders) }, (_, index) => order(`${key}-${index}`)));
process.send?.({ done: true });
process.on('message', () => void close());

async function close(): Promise<void> {
  await runner.close();
  await storage.close();
  clearInterval(stay);
  process.disconnect();
}
