import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../../protocol/chat-answer.ts';
import { unfenceAnswer, unfenceStream } from './unfence.ts';

function whole(text: string): string {
  const content = [{ type: 'text', text }] as const;
  const { choices } = unfenceAnswer({ choices: [{ index: 0, content, finish: { reason: 'stop' } }] });
  const [block] = choices[0]?.content ?? [];
  return block?.type === 'text' ? block.text : '';
}

const at = { choice: 0, block: 0 };

function streamed(pieces: readonly string[]): string {
  const parts: readonly Part[] = [
    { type: 'text-start', ...at },
    ...pieces.map((text): Part => ({ type: 'text-delta', ...at, text })),
    { type: 'text-end', ...at },
  ];
  const parser = unfenceStream({ push: () => parts, end: () => [] });
  const told = parser.push({ name: undefined, data: {} });
  return told.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');
}

describe('a code fence around JSON', () => {
  test.each([
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['```\n{"a":1}\n```\n', '{"a":1}'],
    ['\n ```JSON \n[1]```', '[1]'],
    // Cut off before its end.
    ['```json\n{"a":', '{"a":'],
    ['{"a":"```json\\n```"}', '{"a":"```json\\n```"}'],
    ['`a`', '`a`'],
    ['``', '``'],
    ['', ''],
    ['Here:\n```json\n{}\n```', 'Here:\n```json\n{}\n```'],
  ])('of %j leaves %j', (text, expected) => {
    expect(whole(text)).toBe(expected);
    expect(streamed([text])).toBe(expected);
    expect(streamed(text.split(''))).toBe(expected);
  });

  test('is found however the text is cut', () => {
    const word = fc.constantFrom('`', '``', '```', 'json', '\n', ' ', '{"a":1}', '}');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (pieces) => {
        expect(streamed(pieces)).toBe(whole(pieces.join('')));
      }),
      { numRuns: 2000 },
    );
  });
});
