import { WaitingCalls } from '../shared/waiting-calls.ts';
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
}

export function openCallBook(): CallBook {
  const byId = new Map<string, Entry>();
  const waiting = new WaitingCalls<Entry>();
  let turn = 0;
  const answer = (entry: Entry): CallName => {
    waiting.answer(entry);
    return entry;
  };
  return {
    nextTurn() {
      turn += 1;
    },
    call(name, id, ...place) {
      const hasOwnId = id !== undefined && id !== '';
      const entry = { id: hasOwnId ? id : makeCallId('request', ...place, name), name, turn, hasOwnId };
      byId.set(entry.id, entry);
      waiting.add(entry);
      return entry.id;
    },
    result(name, id, ...place) {
      const known = id === undefined || id === '' ? undefined : byId.get(id);
      if (known !== undefined) return answer(known);
      // An id that no call has is of one that had none.
      const found =
        id === undefined
          ? (waiting.find(byTurn, keyOf(turn, name)) ?? waiting.find(byName, name))
          : (waiting.find(withoutIdByTurn, keyOf(turn, name)) ?? waiting.find(withoutIdByName, name ?? ''));
      if (found !== undefined) return answer(found);
      return { id: id === undefined || id === '' ? makeCallId('result', ...place, name) : id, name };
    },
  };
}

const keyOf = (turn: number, name: string | undefined): string => `${turn} ${name ?? ''}`;
const byName = ({ name }: Entry): string | undefined => name;
const byTurn = ({ turn, name }: Entry): string => keyOf(turn, name);
const withoutIdByName = (entry: Entry): string | undefined => (entry.hasOwnId ? undefined : entry.name);
const withoutIdByTurn = (entry: Entry): string | undefined => (entry.hasOwnId ? undefined : byTurn(entry));
