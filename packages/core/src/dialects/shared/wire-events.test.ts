import { describe, expect, test } from 'vitest';
import { wireReader } from './wire-events.ts';

const read = (text: string): unknown => {
  const reader = wireReader('openai-chat');
  return [...reader.push(Buffer.from(text)), ...reader.end()];
};

describe('wireReader', () => {
  test('reads events by their names and data, and [DONE] as an event without', () => {
    expect(read('event: x\ndata: {"a":1}\n\ndata: [DONE] \n\n')).toEqual([
      { name: 'x', data: { a: 1 } },
      { name: undefined, data: undefined },
    ]);
  });

  test('passes over events that say nothing', () => {
    expect(read('data:\n\nevent: ping\ndata: \n\ndata: {}\n\ndata\n\n')).toEqual([
      { name: undefined, data: {} },
    ]);
  });

  test('reads Google’s events also out of the array that it sends unasked', () => {
    const reader = wireReader('gemini');
    const array = Buffer.from(' [{"a":1}\n,\r\n{"b":[2]}]\n');
    const events = Array.from(array, (byte) => reader.push(Buffer.from([byte]))).flat();
    expect([...events, ...reader.end()]).toEqual([
      { name: undefined, data: { a: 1 } },
      { name: undefined, data: { b: [2] } },
    ]);
  });

  test.each(['{"a":', 'null', '5', '"text"', '[]', '{}{}'])('throws for an event that says %s', (data) => {
    expect(() => read(`data: ${data}\n\n`)).toThrow(SyntaxError);
  });
});
