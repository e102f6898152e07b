import { makeCallId } from './call-ids.ts';

/** The function calls of a conversation so far, to find the call that a result without an id belongs to. */
export interface CallBook {
  /** Calls after this one are of another turn of the model. */
  nextTurn(): void;
  /** Writes a call down; gives its id, a made-up one where it has none. */
  call(name: string, id: string | undefined, ...place: readonly number[]): string;
  /** The id of the call that a result answers, and its name. */
  result(name: string | undefined, id: string | undefined, ...place: readonly number[]): CallName;
}

export interface CallName {
  readonly id: string;
  readonly name: string | undefined;
}

interface Entry extends CallName {
  readonly turn: number;
  readonly hasOwnId: boolean;
  isAnswered: boolean;
}

export function openCallBook(): CallBook {
  const entries: Entry[] = [];
  let turn = 0;
  const answer = (entry: Entry): CallName => {
    entry.isAnswered = true;
    return { id: entry.id, name: entry.name };
  };
  return {
    nextTurn() {
      turn += 1;
    },
    call(name, id, ...place) {
      const hasOwnId = id !== undefined && id !== '';
      const entry = {
        id: hasOwnId ? id : makeCallId('request', ...place, name),
        name,
        turn,
        hasOwnId,
        isAnswered: false,
      };
      entries.push(entry);
      return entry.id;
    },
    result(name, id, ...place) {
      const byId = id === undefined || id === '' ? undefined : entries.findLast((entry) => entry.id === id);
      if (byId !== undefined) return answer(byId);
      const open = entries.filter(
        (entry) => !entry.isAnswered && entry.name === name && (id === undefined || !entry.hasOwnId),
      );
      const byName = open.find((entry) => entry.turn === turn) ?? open[0];
      if (byName !== undefined) return answer(byName);
      return { id: id === undefined || id === '' ? makeCallId('result', ...place, name) : id, name };
    },
  };
}
