import type { Call, RequestFacts } from '../src/protocol/call.ts';
import type { Candidate, Candidates } from '../src/resilience/candidate.ts';

/** A call in which nothing has to be looked up or translated. */
export function callOf(facts: RequestFacts): Call {
  return {
    ...facts,
    dialect: 'openai-chat',
    choices: 1,
    wantsUsage: true,
    headers: {},
    splice: { model: { start: 0, end: 0 } },
    bytes: Buffer.from('{}'),
    release: () => {},
    wantsArray: false,
    isBackground: false,
    isStored: false,
    previousId: undefined,
    previous: undefined,
    keptItems: undefined,
    stored: undefined,
    form: undefined,
    base: '',
    face: undefined,
    media: undefined,
    native: undefined,
    resolveItems: () => undefined,
    findStrangers: () => undefined,
    outputWish: () => ({ tokens: undefined, answers: 1 }),
    limitOutput: () => false,
    outputLimit: undefined,
    canonical: () => {
      throw new Error('nothing is translated');
    },
  };
}

/** In the order given, as a route without a strategy has them. */
export function inOrder(all: readonly Candidate[]): Candidates {
  let left = all;
  return {
    choose: (fits) => left.find(fits),
    some: (fits) => left.some(fits),
    list: () => left,
    drop: (dropped) => {
      left = left.filter((candidate) => candidate !== dropped);
    },
    keep: (kept) => {
      left = kept;
    },
  };
}
