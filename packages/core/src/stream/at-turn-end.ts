import { AsyncResource } from 'node:async_hooks';

/** Something to do once this turn of the event loop has brought all that it brings. */
export interface TurnTask {
  turnEnded(): void;
}

/** Node's own, whatever a test of the host's puts in its place later: what is lost there would be lost for every request. */
const schedule = setImmediate;

/** What is done when the turn has ended is done for the request that asked for it: an `AsyncLocalStorage` tells for whom. */
class Waiting extends AsyncResource {
  readonly task: TurnTask;

  constructor(task: TurnTask) {
    super('VectorEngineTurn');
    this.task = task;
  }
}

let waiting: Waiting[] = [];

/**
 * Puts writes off until everything that has arrived is read, and does them together. A write wakes the process at the
 * other end, which costs more than the write itself; when many follow each other, the other end is awake already.
 */
export function atTurnEnd(task: TurnTask): void {
  if (waiting.length === 0) schedule(endTurn);
  waiting.push(new Waiting(task));
}

function endTurn(): void {
  const ended = waiting;
  waiting = [];
  for (const entry of ended) {
    try {
      entry.runInAsyncScope(() => entry.task.turnEnded());
    } catch (error) {
      // As if it had been alone: the others are done all the same.
      process.nextTick(rethrow, error);
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}
