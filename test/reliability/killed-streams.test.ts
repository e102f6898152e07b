import { createGateway, type Gateway } from '@vector-engine/core';
import { replay, type SimulatedUpstream } from '@vector-engine/testing';
import * as fc from 'fast-check';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Cut,
  type DyingUpstream,
  deaths,
  expectAfterCut,
  startDyingUpstream,
} from './dying-upstream.ts';
import { otherStream, stream, twoChoices } from './streams.ts';
import { ask, question, upstreamAt } from './support.ts';

const length = Buffer.byteLength(stream);

let dying: DyingUpstream;
let dyingPair: DyingUpstream;
let second: SimulatedUpstream;
let gateway: Gateway;

beforeAll(async () => {
  [dying, dyingPair, second] = await Promise.all([
    startDyingUpstream(Buffer.from(stream)),
    startDyingUpstream(Buffer.from(twoChoices)),
    replay({ headers: { 'content-type': 'text/event-stream' }, body: otherStream }, { keepRequests: 1 }),
  ]);
  gateway = createGateway({
    upstreams: {
      first: upstreamAt(dying, { takesUsageOption: false }),
      pair: upstreamAt(dyingPair, { takesUsageOption: false }),
      second: upstreamAt(second, { takesUsageOption: false }),
    },
    models: { chat: ['first/m', 'second/m'], pair: ['pair/m', 'second/m'] },
    open: true,
    // Here every call is meant to fail; who is left alone after that is the breaker's tests' affair.
    breaker: { failureRate: 1, consecutiveFailures: 1_000_000 },
    retry: { savings: 1_000_000 },
  });
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([dying, dyingPair, second].map((server) => server[Symbol.asyncDispose]()));
});

/** Undefined when all is as promised, else what is not. */
async function findFault(cut: Cut): Promise<string | undefined> {
  dying.cut = cut;
  const response = await ask(gateway, { ...question, stream: true });
  const text = await response.text();
  const expected = expectAfterCut(stream, cut);
  const describeIt = (what: string): string => `${what} for ${JSON.stringify(cut)}: ${JSON.stringify(text)}`;
  if (expected === undefined) {
    return text === otherStream ? undefined : describeIt('not one clean answer of the second target');
  }
  if (response.headers.get('x-vector-upstream') !== 'first') return describeIt('not the first target');
  if (!text.startsWith(expected.events)) return describeIt('an event was lost or changed');
  const added = text.slice(expected.events.length);
  if (expected.isComplete) return added === '' ? undefined : describeIt('something follows the proper end');
  const isOneError = /^data: \{"error":\{[^\n]+\}\}\n\n$/.test(added);
  return isOneError ? undefined : describeIt('not exactly one error event at the end');
}

describe('failover is invisible before the first byte, honest after', () => {
  for (const how of deaths) {
    it(`killed at every byte of a stream (${how}), the caller sees one clean answer, or whole events and one error`, async () => {
      for (let at = 0; at <= length; at++) {
        const fault = await findFault({ at, how, pieces: length });
        expect(fault).toBeUndefined();
      }
    });
  }

  it('the same holds when every byte comes in a write of its own', async () => {
    const cuts = fc.record({
      at: fc.integer({ min: 0, max: length }),
      how: fc.constantFrom(...deaths),
      pieces: fc.integer({ min: 1, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        expect(await findFault(cut)).toBeUndefined();
      }),
      { numRuns: 60, examples: [[{ at: length - 3, how: 'clean', pieces: 1 }]] },
    );
  });

  it('the OpenAI SDK gives every piece that came, and then raises the error', async () => {
    const client = new OpenAI({
      apiKey: 'x',
      baseURL: 'http://gateway/v1',
      fetch: gateway.fetch,
      maxRetries: 0,
    });
    const read = async (): Promise<string> => {
      let text = '';
      const chunks = await client.chat.completions.create({
        ...question,
        messages: [...question.messages],
        stream: true,
      });
      try {
        for await (const { choices } of chunks) text += choices[0]?.delta.content ?? '';
      } catch (error) {
        return `${text}${error instanceof APIError ? '!' : String(error)}`;
      }
      return text;
    };
    for (const how of deaths) {
      for (let at = 3; at < length; at += 17) {
        dying.cut = { at, how, pieces: length };
        const expected = expectAfterCut(stream, dying.cut);
        const said = [...(expected?.events ?? otherStream).matchAll(/"content":"([^"]*)"/g)];
        const text = said.map(([, content]) => content).join('');
        expect(await read()).toBe(expected?.isComplete === false ? `${text}!` : text);
      }
    }
  });

  it('with several choices, the end of one is not taken for the end of all', async () => {
    const endOfFirst = Buffer.byteLength(twoChoices.slice(0, twoChoices.indexOf('tale') + 60));
    for (const how of deaths) {
      dyingPair.cut = { at: endOfFirst, how, pieces: 100_000 };
      const response = await ask(gateway, { ...question, model: 'pair', stream: true, n: 2 });
      const text = await response.text();
      expect(text.match(/data: \{"error":/g)).toHaveLength(1);
    }
  });
});
