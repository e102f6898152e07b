import type { TargetName } from './call.ts';
import type { JobResult } from './job.ts';
import type { JsonObject } from './json.ts';
import type { Usage } from './usage.ts';

/**
 * `creating`: the upstream has not said yet that it will do it. `unknown`: it was asked, and nobody heard what it said;
 * it is never asked again. From `queued` on it goes forward only.
 */
export type TaskState =
  | 'creating'
  | 'unknown'
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'expired';

/** A file that a task has made; without the bytes, which are kept apart. */
export interface TaskResult extends Omit<JobResult, 'data'> {
  /** Where among the blobs its bytes are, if the upstream told them in place of an address. */
  readonly blob?: string;
}

/** What was asked for, as far as it is needed to answer later. */
export interface TaskRequest {
  readonly seconds?: number | undefined;
  /** Pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** What will be made in place of what was asked for: `seconds: 10 -> 8`. */
  readonly adjusted?: readonly string[] | undefined;
  /** Names of what the upstream has no words for. */
  readonly dropped?: readonly string[] | undefined;
  /** Our id of the video that this one changes. */
  readonly remixedFrom?: string | undefined;
  /** Whatever else the face that it came through wants to know when it answers. */
  readonly metadata?: JsonObject | undefined;
}

/** Who pays for a task, and how it is written down. */
export interface TaskAccount {
  readonly tenant?: string | undefined;
  readonly path?: string | undefined;
  readonly principal?: string | undefined;
  /** Id of the virtual key. */
  readonly key?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly traceless?: boolean | undefined;
  /** Id of the entry of the request that began it, which is written down anew when it is over; an earlier version left it out. */
  readonly entry?: string | undefined;
  /** The host's id of that request. */
  readonly request?: string | undefined;
  /** How often it was asked for until it was created. */
  readonly attempts?: number | undefined;
  /** Place of the upstream's key, as entries have it. */
  readonly upstreamKey?: string | undefined;
  readonly redacted?: Readonly<Record<string, number>> | undefined;
  readonly notes?: Readonly<Record<string, string>> | undefined;
}

/** Codes of our own are `not_started`, `unknown_outcome`, `job_lost`, `deadline_exceeded`, `result_not_kept`; others are the upstream's. */
export interface TaskError {
  readonly code: string;
  readonly message: string;
  /** By the upstream's own safety filter. */
  readonly filtered?: boolean | undefined;
}

/**
 * Something that takes longer than a request, as it is kept: JSON can hold it, and no secret is in it. Times are whole
 * milliseconds since the epoch.
 */
export interface TaskRecord {
  /** `video_` or `task_` and 32 hexadecimal digits that nobody can guess. */
  readonly id: string;
  /** One more with every change. */
  readonly version: number;
  /** As `ownerOf` says. */
  readonly owner: string;
  readonly operation: 'video' | 'images';
  /** As the caller named it. */
  readonly model: string;
  readonly prompt: string;
  /** What was asked in place of the prompt. */
  readonly revisedPrompt?: string | undefined;
  readonly request: TaskRequest;
  /** Of all that the caller asked for; who asks the same again may be given the same task. */
  readonly digest: string;
  /** The caller's own; one owner has one task under it. Given up where nothing was created. */
  readonly idempotencyKey?: string | undefined;
  readonly state: TaskState;
  /** 0 to 100; never less than before. */
  readonly progress: number;
  /** Address of a picture of how far it has come, where the upstream shows one. */
  readonly preview?: string | undefined;
  readonly error?: TaskError | undefined;
  readonly results: readonly TaskResult[];
  /** Who makes it; before it is created, who was asked last. */
  readonly target?: TargetName | undefined;
  /** A digest of the key that it belongs to at the upstream. */
  readonly key?: string | undefined;
  /** The upstream's name for it. */
  readonly job?: string | undefined;
  /** Who pays, as it was when it began; left out by an earlier version. */
  readonly account?: TaskAccount | undefined;
  /** The durable name of the money that is held for it; whoever settles the task settles it. */
  readonly hold?: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When its creation began to be sent: from then on it may have been paid for. */
  readonly sentAt?: number | undefined;
  readonly completedAt?: number | undefined;
  /** When the upstream forgets the result. */
  readonly expiresAt?: number | undefined;
  /** When it is given up. */
  readonly deadline: number;
  /** When something is to be done about it, to ask the upstream, say; undefined once nothing is. */
  readonly dueAt?: number | undefined;
  /** How often the upstream was asked how far it is. */
  readonly polls: number;
  /** Times in a row that asking failed, and that the upstream knew nothing of it. */
  readonly failures: number;
  readonly misses: number;
  /** When what it cost was settled, which is done once. */
  readonly settledAt?: number | undefined;
  /** As the upstream counted it, where it did. */
  readonly usage?: Usage | undefined;
  /** Nano-dollars (1e-9 of a dollar), whole; undefined where it is not known. */
  readonly cost?: number | undefined;
  /** Its owner does not see it any more. */
  readonly deletedAt?: number | undefined;
}

const overs: ReadonlySet<TaskState> = new Set(['unknown', 'succeeded', 'failed', 'cancelled', 'expired']);

/** Whether there is nothing more to wait for. */
export function isOver(state: TaskState): boolean {
  return overs.has(state);
}

const states: ReadonlySet<unknown> = new Set<TaskState>([...overs, 'creating', 'queued', 'running']);
const texts = ['id', 'owner', 'model', 'prompt', 'digest'];
const numbers = ['version', 'progress', 'createdAt', 'updatedAt', 'deadline', 'polls', 'failures', 'misses'];

/** Whether what a store has kept as text is a record; another version of the package may have written it. */
export function isTaskRecord(value: unknown): value is TaskRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record: Partial<Record<string, unknown>> = { ...value };
  const { operation, state, request, results } = record;
  return (
    texts.every((name) => typeof record[name] === 'string') &&
    numbers.every((name) => typeof record[name] === 'number') &&
    (operation === 'video' || operation === 'images') &&
    states.has(state) &&
    typeof request === 'object' &&
    request !== null &&
    Array.isArray(results)
  );
}
