import {
  json as anyJson,
  array,
  assert,
  asyncProperty,
  constantFrom,
  oneof,
  property,
  string,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Search } from './find-in-text.ts';
import { Redactor } from './redactor.ts';
import { Restorer } from './restorer.ts';
import { readString, spliceText, walkJson } from './walk-json.ts';

const context = { signal: new AbortController().signal, post: () => Promise.reject(new Error('nobody')) };

/** The same cases in every run. */
const steady = { seed: 20_261_121 };

/** Hides every `secret…!`. */
const search: Search = {
  mode: 'reversible',
  detectors: [
    (text) =>
      Array.from(text.matchAll(/secret[^!]*!/g), ({ 0: found, index }) => ({
        kind: 'word',
        start: index,
        end: index + found.length,
      })),
  ],
  detect: undefined,
};

describe('walkJson', () => {
  test('visits every string, name and number of any JSON, at its place', () => {
    assert(
      property(anyJson({ maxDepth: 5 }), constantFrom(undefined, 1, '\t'), (text, space) => {
        const value: unknown = JSON.parse(text);
        const json = JSON.stringify(value, null, space);
        const visited: unknown[] = [];
        const kept: string[] = [];
        walkJson(json, ({ type, start, end }) => {
          const piece = json.slice(start, end);
          visited.push(type === 'number' ? Number(piece) : readString(piece));
          kept.push(piece);
          // It is a value by itself.
          JSON.parse(piece);
        });
        expect(visited).toEqual(leavesOf(value));
        // And nothing else holds a quote or a digit.
        let rest = json;
        for (const piece of kept) rest = rest.replace(piece, () => '');
        expect(rest).not.toMatch(/["0-9]/);
      }),
      steady,
    );
  });

  test('says the way to each', () => {
    const ways: string[] = [];
    walkJson('{"a":[1,{"b":"x"}],"c":{"d":[["y"]]},"e":"z"}', ({ type, path }) =>
      ways.push(`${type} ${path.join('.')}`),
    );
    expect(ways).toEqual([
      'key a',
      'number a.0',
      'key a.1.b',
      'string a.1.b',
      'key c',
      'key c.d',
      'string c.d.0.0',
      'key e',
      'string e',
    ]);
  });
});

/** In the order that they are written. */
function leavesOf(value: unknown): unknown[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...leavesOf(inner)]);
}

describe('a body', () => {
  const texts = array(
    oneof(
      string({ unit: 'binary' }),
      constantFrom('secret a!', 'secret "b\\"!', '[WORD_1]', '{"c":"secret\\n!"}', '['),
    ),
    {
      maxLength: 6,
    },
  );

  test('has nothing in it that was found, and comes back as it was', async () => {
    await assert(
      asyncProperty(texts, texts, async (said, called) => {
        const body = JSON.stringify({
          model: 'secret!',
          messages: said.map((content) => ({ role: 'user', content })),
          tools: called.map((text) => ({ type: 'tool_use', input: { [text]: text, n: [text] } })),
        });
        const redactor = new Redactor([search], context);
        const [edits = []] = await redactor.editJson([body], 'chat');
        const redacted = spliceText(body, edits);
        const told: unknown = JSON.parse(redacted);
        expect(redacted.replace('"model":"secret!"', '')).not.toMatch(/secret[^!]*!/);
        const restored: unknown = JSON.parse(
          new Restorer(redactor.placeholders.originals).restoreJson(redacted),
        );
        expect(restored).toEqual(JSON.parse(body));
        expect(told).toMatchObject({ model: 'secret!' });
      }),
      steady,
    );
  });
});

test('what came later and looks like a placeholder of ours is not taken for one', async () => {
  const redactor = new Redactor([search], context);
  await redactor.redactTexts([['text', 'a secret one!']]);
  await expect(redactor.redactTexts([['text', 'of [WORD_1]']])).rejects.toMatchObject({
    code: 'VE_REDACTION_FAILED',
  });
});

test('what blocks does so whatever longer it is a part of', async () => {
  const whole: Search = { ...search, mode: 'mask' };
  const part: Search = {
    mode: 'block',
    detectors: [
      (text) =>
        text.includes('cre')
          ? [{ kind: 'part', start: text.indexOf('cre'), end: text.indexOf('cre') + 3 }]
          : [],
    ],
    detect: undefined,
  };
  const found = new Redactor([whole, part], context).redactTexts([['messages[0].content', 'a secret one!']]);
  const error = await found.catch((thrown: unknown) => thrown);
  expect(GatewayError.isInstance(error) && [error.code, error.details]).toEqual([
    'VE_REDACTION_BLOCKED',
    { parameter: 'messages[0].content', reason: 'has something in it that may not be sent there: part' },
  ]);
});

const range = (kind: string, start: number, end: number): Search => ({
  mode: 'mask',
  detectors: [() => [{ kind, start, end }]],
  detect: undefined,
});

test('of what overlaps the longest is hidden, then the first', async () => {
  const searches = [range('short', 2, 4), range('long', 0, 5), range('late', 4, 9), range('far', 9, 10)];
  expect(await new Redactor(searches, context).redactTexts([['text', '0123456789']])).toEqual([
    '[LONG]5678[FAR]',
  ]);
});
