import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Begun, OverlapTrimmer } from './trim-overlap.ts';

/** What is new of these pieces. */
function told(said: string, pieces: readonly string[], more: Partial<Begun> = {}): string {
  const trimmer = new OverlapTrimmer({ said, seam: '', isEchoed: false, ...more });
  return pieces.map((piece) => trimmer.push(piece)).join('') + trimmer.end();
}

/** The same text in pieces of these lengths, over and over. */
function split(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let start = 0, turn = 0; start < text.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(text.slice(start, start + length));
    start += length;
  }
  return pieces;
}

const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
/** Letters without a pattern: nothing in it comes twice by chance. */
const text = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ.,'.split('')),
  minLength: 60,
  maxLength: 900,
});

describe('what a continuation repeats is taken off', () => {
  test('the end of what was said, however long and in whatever pieces', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 20, max: 50 }), fc.nat(380), lengths, (whole, at, back, sizes) => {
        const said = whole.slice(0, at);
        const repeated = said.slice(-Math.max(15, back));
        fc.pre(new Set(repeated).size >= 8);
        expect(told(said, split(repeated + whole.slice(at), sizes))).toBe(whole.slice(at));
      }),
    );
  });

  test('nothing is taken off where nothing is repeated, and nothing is lost', () => {
    fc.assert(
      fc.property(text, text, lengths, (said, rest, sizes) => {
        const pieces = split(`#${rest}`, sizes);
        expect(told(said, pieces)).toBe(`#${rest}`);
      }),
    );
  });

  test('an answer that is begun again', () => {
    const said = 'Once upon a time there was a king';
    expect(told(said, [said, ' who']), 'in one piece').toBe(' who');
    expect(told(said, [...said.split(''), ' who']), 'letter by letter').toBe(' who');
    expect(told('The', ['The quick']), 'a word may come twice').toBe('The quick');
    expect(told('The', ['Th', 'e quick'], { isEchoed: true })).toBe(' quick');
  });

  test('lines, rows and spaces may go on as they began', () => {
    expect(told('a\n----------', ['----------', '\nb'])).toBe('----------\nb');
    expect(told('x = [0, 0, 0, 0, 0, ', ['0, 0, 0, 0, ', '1]'])).toBe('0, 0, 0, 0, 1]');
  });

  test('what could be the beginning of a repetition is held back no longer than that', () => {
    const said = 'It was the best of times, it was the worst of times';
    const trimmer = new OverlapTrimmer({ said, seam: '', isEchoed: false });
    expect(trimmer.push(' it')).toBe('');
    expect(trimmer.push(' was an age')).toBe(' it was an age');
    expect(trimmer.push(' it')).toBe(' it');
  });

  test('white space that its vendor did not see is not said twice', () => {
    expect(told('A list:\n\n', ['\n\n- one'], { seam: '\n\n' })).toBe('- one');
    expect(told('A list:\n\n', ['\n', '\n- one'], { seam: '\n\n' })).toBe('- one');
    expect(told('A list:\n\n', ['- one'], { seam: '\n\n' })).toBe('- one');
    expect(told('A list:\n', ['\n- one'])).toBe('\n- one');
  });
});
