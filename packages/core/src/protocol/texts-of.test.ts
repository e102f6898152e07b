import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonText, textsOf } from './texts-of.ts';

/** The same by parsing. */
function* walk(value: unknown, key = ''): Generator<JsonText> {
  if (typeof value === 'string') yield { key, text: value };
  else if (Array.isArray(value)) for (const item of value) yield* walk(item, key);
  else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) yield* walk(member, name);
}

const texts = (json: string, longest = 1000): readonly JsonText[] => [...textsOf(Buffer.from(json), longest)];

test('finds every string of any JSON', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
      const found = texts(json).map(({ text }) => text);
      expect(found).toEqual([...walk(JSON.parse(json))].map(({ text }) => text));
    }),
  );
});

test('knows in which member a string stands, also in a list there', () => {
  expect(texts('{"a":"1","b":["2",{"c":"3"}],"d" : "4"}')).toEqual([
    { key: 'a', text: '1' },
    { key: 'b', text: '2' },
    { key: 'c', text: '3' },
    { key: 'd', text: '4' },
  ]);
});

test('finds both of two members of one name, and what is written in escapes', () => {
  expect(texts(String.raw`{"a":"1","a":"2","\u0062":"\u0033\\","c":"\"4"}`)).toEqual([
    { key: 'a', text: '1' },
    { key: 'a', text: '2' },
    { key: 'b', text: '3\\' },
    { key: 'c', text: '"4' },
  ]);
});

test('passes over what is longer than wanted, and many backslashes take no time', () => {
  const long = `"${'\\\\'.repeat(2_000_000)}"`;
  const start = performance.now();
  expect(texts(`{"a":${long},"b":"2"}`)).toEqual([{ key: 'b', text: '2' }]);
  expect(performance.now() - start).toBeLessThan(500);
});
