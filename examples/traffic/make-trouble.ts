import type { AnswerScript, RequestFault, SimulatedUpstream } from '@vector-engine/testing';
import { around, type Random } from './chance.ts';
import { opening, someText } from './compose-call.ts';

/** Of a hundred requests to a simulated upstream: how many are answered with what. */
const faults: readonly (readonly [percent: number, fault: RequestFault])[] = [
  [1.5, { type: 'status', status: 503 }],
  [0.7, { type: 'status', status: 500 }],
  [0.4, { type: 'reset-before-headers' }],
  [0.3, { type: 'cut', afterEvents: 3, how: 'reset' }],
];

/** Simulated upstreams take their time as real ones do, and fail now and then. */
export function makeTrouble(simulators: readonly SimulatedUpstream[], random: Random): void {
  for (const simulator of simulators)
    simulator.fail(({ method }) => {
      // Those who ask how a job goes are left alone.
      if (method !== 'POST') return undefined;
      let left = random() * 100;
      for (const [percent, fault] of faults) {
        left -= percent;
        if (left < 0) return fault;
      }
      return { type: 'slow', headersAfter: around(random, 350), betweenEvents: 12 };
    });
}

/** What they say to the programs; others hear what they have said themselves. */
export function answerPrograms(random: Random): AnswerScript {
  return ({ rawBody }) =>
    rawBody.includes(opening) ? someText(random, Math.round(around(random, 60))) : undefined;
}
