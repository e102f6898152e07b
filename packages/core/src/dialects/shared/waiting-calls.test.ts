import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WaitingCalls } from './waiting-calls.ts';

interface Call {
  readonly id: string;
  readonly name: string;
}

const byId = ({ id }: Call): string => id;
const byName = ({ name }: Call): string => name;
const byOrder = (): undefined => undefined;

describe('WaitingCalls', () => {
  test('finds the first that waits, as looking through all of them would', () => {
    const call = fc.record({ id: fc.constantFrom('1', '2', '3'), name: fc.constantFrom('a', 'b') });
    const question = fc.oneof(
      fc.record({ by: fc.constant(byId), key: fc.constantFrom('1', '2', '3', '4') }),
      fc.record({ by: fc.constant(byName), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ by: fc.constant(byOrder), key: fc.constant(undefined) }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(call, question), { maxLength: 30 }), (steps) => {
        const calls = new WaitingCalls<Call>();
        const waiting: Call[] = [];
        const found: (Call | undefined)[] = [];
        const wanted: (Call | undefined)[] = [];
        for (const step of steps) {
          if (!('by' in step)) {
            const made = { ...step };
            calls.add(made);
            waiting.push(made);
            continue;
          }
          const first = waiting.find((known) => step.by(known) === step.key);
          wanted.push(first);
          found.push(calls.find(step.by, step.key));
          if (first === undefined) continue;
          calls.answer(first);
          waiting.splice(waiting.indexOf(first), 1);
        }
        expect(found).toEqual(wanted);
        expect(found.every((one, index) => one === wanted[index])).toBe(true);
      }),
    );
  });

  test.each(['first', 'last'])('takes linear time where the %s call is answered first', (order) => {
    const calls = new WaitingCalls<Call>();
    const all = Array.from({ length: 200_000 }, (_, index) => ({ id: String(index), name: 'a' }));
    for (const call of all) calls.add(call);
    const begun = performance.now();
    for (const { id } of order === 'first' ? all : all.toReversed()) {
      const found = calls.find(byId, id);
      if (found !== undefined) calls.answer(found);
    }
    expect(calls.find(byOrder, undefined)).toBeUndefined();
    // Quadratic would be minutes.
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
