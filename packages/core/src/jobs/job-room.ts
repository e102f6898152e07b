import type { FileDesk } from '../files/file-desk.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import type { TaskRecord } from '../protocol/task.ts';
import type { Rooms } from '../rooms.ts';
import type { Upstreams } from '../settings/options.ts';
import type { TaskRunner } from '../tasks/task-runner.ts';
import type { UpstreamAsker } from './ask-upstream.ts';

/** What jobs are made and kept with. */
export interface JobRoom {
  readonly runner: TaskRunner;
  readonly asker: UpstreamAsker;
  readonly files: FileDesk;
  readonly upstreams: Upstreams;
  /** What this process has under way to be created, by the tasks' ids. */
  readonly creating: Map<string, Promise<TaskRecord>>;
  /** Milliseconds that a caller is kept waiting who cannot ask again. */
  readonly wait: number;
  /** The picture of a task, in Base64. */
  readonly encode: (task: TaskRecord, index: number) => Promise<string>;
  /** How the request that began a task is written down at its own end. Never rejects. */
  readonly entryAtEnd: (own: LedgerEntry, id: string) => Promise<LedgerEntry | undefined>;
}

/** What the pass needs, with what jobs are made with. */
export interface JobRooms extends Omit<Rooms, 'jobs'> {
  readonly jobs: JobRoom;
}
