import type { TaskRecord } from '../../protocol/task.ts';
import type { Usage } from '../../protocol/usage.ts';

/** What is told of a video that is made, or was. */
export interface VideoTask
  extends Pick<
    TaskRecord,
    | 'id'
    | 'model'
    | 'prompt'
    | 'revisedPrompt'
    | 'state'
    | 'progress'
    | 'createdAt'
    | 'completedAt'
    | 'expiresAt'
    | 'request'
    | 'results'
    | 'error'
  > {
  readonly usage?: Usage | undefined;
}
