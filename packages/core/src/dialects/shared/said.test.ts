import { expect, test } from 'vitest';
import { checkArguments, saidList, saidObject, saidText } from './said.ts';

const damaged = expect.objectContaining({
  code: 'VE_UPSTREAM_PROTOCOL',
  failure: { retry: 'elsewhere', health: 'failure', sent: true },
});

test('what is absent or null says nothing', () => {
  for (const nothing of [undefined, null]) {
    expect(saidText(nothing, 'it')).toBe('');
    expect(saidObject(nothing, 'it')).toBeUndefined();
    expect(saidList(nothing, 'it')).toEqual([]);
    expect(() => checkArguments(nothing)).not.toThrow();
  }
});

test('what is of the right type is given back', () => {
  expect(saidText('0', 'it')).toBe('0');
  expect(saidObject({ a: 1 }, 'it')).toEqual({ a: 1 });
  expect(saidList([0], 'it')).toEqual([0]);
  expect(() => checkArguments({})).not.toThrow();
});

test.each([0, false, [''], { text: '' }])('%j for a text is told as damage', (value) => {
  expect(() => saidText(value, 'it')).toThrow(damaged);
});

test.each([0, '', ['']])('%j for an object is told as damage', (value) => {
  expect(() => saidObject(value, 'it')).toThrow(damaged);
});

test.each([0, '', {}])('%j for a list is told as damage', (value) => {
  expect(() => saidList(value, 'it')).toThrow(damaged);
});

test.each([0, true, ['{}']])('%j for arguments is told as damage', (value) => {
  expect(() => checkArguments(value)).toThrow(damaged);
});
