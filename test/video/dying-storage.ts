import { sqliteStorage, type TaskStorage } from '@vector-engine/core';

/** As the power fails: nothing of this process is run any more. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Counts what is written to the file, and ends the process before or after one of that: `before 3`, `after 3`. */
export function dyingStorage(path: string, deathAt: string): TaskStorage {
  const storage = sqliteStorage({ path });
  const { tasks } = storage;
  let writes = 0;
  const wrote = (): void => {
    writes++;
    if (deathAt === `after ${writes}`) die();
  };
  const count =
    <Parameters extends readonly unknown[], Result>(act: (...parameters: Parameters) => Promise<Result>) =>
    async (...parameters: Parameters): Promise<Result> => {
      if (deathAt === `before ${writes + 1}`) die();
      const result = await act(...parameters);
      wrote();
      return result;
    };
  tasks.insert = count(tasks.insert.bind(tasks));
  tasks.replace = count(tasks.replace.bind(tasks));
  tasks.release = count(tasks.release.bind(tasks));
  const lease = tasks.lease.bind(tasks);
  tasks.lease = async (...parameters) => {
    const leased = await lease(...parameters);
    // Else nothing was written.
    if (leased.length > 0) wrote();
    return leased;
  };
  return storage;
}
