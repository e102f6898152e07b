/** Something to do once this turn of the event loop has brought all that it brings. */
export interface TurnTask {
  turnEnded(): void;
}

let waiting: TurnTask[] = [];

/**
 * Puts writes off until everything that has arrived is read, and does them together. A write wakes the process at the
 * other end, which costs more than the write itself; when many follow each other, the other end is awake already.
 */
export function atTurnEnd(task: TurnTask): void {
  if (waiting.length === 0) setImmediate(endTurn);
  waiting.push(task);
}

function endTurn(): void {
  const tasks = waiting;
  waiting = [];
  for (const task of tasks) {
    try {
      task.turnEnded();
    } catch (error) {
      // As if it had been alone: the others are done all the same.
      process.nextTick(rethrow, error);
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}
