import { expect, test } from 'vitest';
import { findOptions, nextPlace } from './find-options.ts';

const options = ['claude-opus-4-6', 'gpt-4o', 'gpt-5.2', 'gpt-5.2-pro', 'openai/gpt-5.2'];

test('what begins with what was typed comes first', () => {
  expect(findOptions(options, 'GPT-5')).toEqual(['gpt-5.2', 'gpt-5.2-pro', 'openai/gpt-5.2']);
  expect(findOptions(options, 'opus claude')).toEqual(['claude-opus-4-6']);
  expect(findOptions(options, ' ')).toBe(options);
  expect(findOptions(options, 'llama')).toEqual([]);
});

test('arrows go through the options and round', () => {
  expect([
    nextPlace('ArrowDown', -1, 3),
    nextPlace('ArrowDown', 2, 3),
    nextPlace('ArrowUp', 0, 3),
    nextPlace('ArrowUp', -1, 3),
  ]).toEqual([0, 0, 2, 2]);
  expect([nextPlace('ArrowDown', 0, 0), nextPlace('a', 0, 3)]).toEqual([undefined, undefined]);
});
