/** The subject's process: starts the gateway named in the arguments and tells what it costs. */
import { serve } from '../ipc.ts';
import type { BooksReading, Liveness, StartSubject } from './subject.ts';

const [name, upstreamPort] = process.argv.slice(2);
const { start }: { start: StartSubject } = await import(`./${name}.ts`);
const subject = await start(Number(upstreamPort));
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

export interface MemoryReading {
  /** JavaScript heap in use plus what it holds outside, in bytes. */
  readonly managed: number;
  readonly rss: number;
}

const handlers = {
  port: (): number => subject.port,
  /** Microseconds of user and system time since the process started. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  memory: async (): Promise<MemoryReading> => {
    for (let round = 0; round < 3; round++) {
      globalThis.gc?.();
      await settle();
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return { managed: heapUsed + external, rss };
  },
  live: (): Liveness | undefined => subject.live?.(),
  books: (): Promise<BooksReading> | undefined => subject.books?.(),
};
export type SubjectHandlers = typeof handlers;
serve(handlers);
