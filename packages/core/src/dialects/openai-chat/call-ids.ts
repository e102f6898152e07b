import { hashOf } from '../shared/read.ts';

/** Gives every tool call of one message an id that is not empty and not another's. */
export interface CallIds {
  /** `given`: the provider's, if it has one. */
  next(given: string | undefined, name: string): string;
}

/** `place` tells this message (answer and choice) from others; the same place gives the same ids. */
export function makeCallIds(place: string): CallIds {
  let used: Set<string> | undefined;
  let count = 0;
  return {
    next: (given, name) => {
      const position = count++;
      let id =
        given === undefined || given === ''
          ? `call_${hashOf(`${place}:${position}:${name}`)}_${position}`
          : given;
      used ??= new Set();
      while (used.has(id)) id = `${id}_${position}`;
      used.add(id);
      return id;
    },
  };
}
