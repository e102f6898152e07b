import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeThinkingSplitter, type ThoughtOrText } from './split-thinking.ts';

function split(pieces: readonly string[]): Record<ThoughtOrText['type'], string> {
  const splitter = makeThinkingSplitter();
  const all = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
  const join = (type: ThoughtOrText['type']): string =>
    all.map((piece) => (piece.type === type ? piece.text : '')).join('');
  return { reasoning: join('reasoning'), text: join('text') };
}

describe('reasoning inside of the content', () => {
  test.each([
    ['<think>\nhm, so\n</think>\n\nYes.', 'hm, so', 'Yes.'],
    ['\n<think>hm</think>Yes.', 'hm', 'Yes.'],
    // Models that were told not to think leave an empty one.
    ['<think>\n\n</think>\n\nYes.', '', 'Yes.'],
    ['<think>cut off by the len', 'cut off by the len', ''],
    ['<think>a < b and </thin', 'a < b and </thin', ''],
    ['<think>a</think>{"tag":"</think>"}', 'a', '{"tag":"</think>"}'],
    ['Say <think>hm</think>', '', 'Say <think>hm</think>'],
    ['<thin', '', '<thin'],
    ['<thinking>hm</thinking>', '', '<thinking>hm</thinking>'],
    ['  indented', '', '  indented'],
    ['', '', ''],
  ])('%j', (content, reasoning, text) => {
    expect(split([content])).toEqual({ reasoning, text });
  });

  test('is the same wherever the content is cut', () => {
    const word = fc.constantFrom('<think>', '</think>', '<', '/', 'think', '>', ' ', '\n', 'a', 'b <', '</');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.array(fc.nat({ max: 40 })), (words, cuts) => {
        const content = words.join('');
        const places = [0, ...cuts.filter((cut) => cut < content.length).toSorted((a, b) => a - b)];
        const pieces = places.map((place, index) => content.slice(place, places[index + 1]));
        expect(split(pieces)).toEqual(split([content]));
      }),
      { numRuns: 2000 },
    );
  });
});
