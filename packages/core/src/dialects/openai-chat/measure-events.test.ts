import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureEvents } from './measure-events.ts';

const eventOf = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;
const chunkOf = (...deltas: readonly object[]) => ({
  id: 'chatcmpl-1',
  choices: deltas.map((delta, index) => ({ index, delta, logprobs: null, finish_reason: null })),
  obfuscation: 'x7',
});

const text = fc.string({ unit: 'binary', maxLength: 20 }).map((one) => one.toWellFormed());
/** Texts that look like what is around them, too. */
const tricky = fc.oneof(
  text,
  fc.constantFrom('"', '\\', '\n', '"}', '"delta":{"content":"', '\\"delta\\":', '好', '🙂', ''),
);
interface Delta {
  readonly role?: string;
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[];
}
const delta: fc.Arbitrary<Delta> = fc.oneof(
  fc.record({ content: tricky }),
  fc.record({ content: tricky, reasoning_content: tricky }),
  fc.record({ reasoning_content: tricky }),
  fc.record({ role: fc.constant('assistant'), content: tricky }),
  fc.record({
    tool_calls: fc.array(fc.record({ index: fc.nat(), function: fc.record({ arguments: tricky }) })),
  }),
);

/** What a delta says, by hand. */
function saidIn({ content = '', reasoning_content: thought = '', tool_calls: calls = [] }: Delta): string[] {
  return [content, thought, ...calls.map((call) => call.function.arguments)];
}

test('whatever the events look like, what they say is measured', () => {
  const chunks = fc.array(fc.array(delta, { maxLength: 2 }), { maxLength: 6 });
  fc.assert(
    fc.property(chunks, fc.constantFrom('\n', '\r\n'), (events, lineEnd) => {
      const stream = events.map((deltas) => eventOf(chunkOf(...deltas))).join('');
      const said = events.map((deltas) => deltas.flatMap(saidIn).filter((one) => one !== ''));
      const all = said.flat();
      expect(measureEvents(Buffer.from(stream.replaceAll('\n', lineEnd)))).toEqual({
        events: said.filter((texts) => texts.length > 0).length,
        bytes: all.reduce((sum, one) => sum + Buffer.byteLength(one), 0),
        characters: all.reduce((sum, one) => sum + one.length, 0),
      });
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['an empty piece', eventOf(chunkOf({ content: '' })), 0],
  ['what is no JSON', 'data: {"choices":[{"delta":{"content":"half\n\n', 0],
  ['a comment', ': {"delta":{"content":\n\n', 0],
  ['a text with an escape', eventOf(chunkOf({ content: 'a\n' })), 1],
  ['the end', 'data: [DONE]\n\n', 0],
])('%s', (_, stream, events) => {
  expect(measureEvents(Buffer.from(stream)).events).toBe(events);
});
