import { expect, test } from 'vitest';
import { replaceValues } from './replace-values.ts';

const text = '{ "a": [{"b":"x\\"y"}, {"b":{"n":12345678901234567890,"e":{}}}], "c" : "z", "d":{} }';

test('strings, objects and empty objects are replaced where they stand, and all the rest stays', () => {
  const values = new Map([
    ['a.0.b', '"new"'],
    ['a.1.b.e', '{"f":1}'],
    ['d', '{"g":[]}'],
  ]);
  expect(replaceValues(text, values)).toBe(
    '{ "a": [{"b":"new"}, {"b":{"n":12345678901234567890,"e":{"f":1}}}], "c" : "z", "d":{"g":[]} }',
  );
});

test('a whole object is replaced by another', () => {
  expect(replaceValues(text, new Map([['a.1.b', '{}']]))).toBe(
    '{ "a": [{"b":"x\\"y"}, {"b":{}}], "c" : "z", "d":{} }',
  );
});

test('numbers, too', () => {
  expect(replaceValues(text, new Map([['a.1.b.n', '-7']]))).toBe(text.replace('12345678901234567890', '-7'));
});

test('a place that is not there, and no place at all, change nothing', () => {
  expect(replaceValues(text, new Map([['a.2', '1']]))).toBe(text);
  expect(replaceValues(text, new Map())).toBe(text);
});
