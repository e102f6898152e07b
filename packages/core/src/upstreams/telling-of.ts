import type { Call, Dialect } from '../protocol/call.ts';
import type { Telling } from '../protocol/telling.ts';

/**
 * How an answer is told that another attempt may go on with, or that this one is to go on with. What an upstream will keep
 * under its id is its own to tell, from the beginning to the end.
 */
export function tellingOf({ telling, isStored }: Call, dialect: Dialect): Telling | undefined {
  const isKept = dialect === 'openai-responses' && isStored;
  return isKept && telling?.said === '' ? undefined : telling;
}

/** An answer that was begun by another attempt, and is to be gone on with. */
export function begunOf({ telling }: Call): Telling | undefined {
  return telling?.said === '' ? undefined : telling;
}
