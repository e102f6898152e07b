import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLastEventEnd, findNextEventEnd, readEventData } from './find-event-end.ts';

/** An event's ends, told by reading lines as the standard says: behind each empty line that follows another line end. */
function eventEnds(text: string): number[] {
  const ends: number[] = [];
  let from = 0;
  for (const line of text.matchAll(/\r\n|\r|\n/g)) {
    if (line.index === from && from > 0) ends.push(line.index + line[0].length);
    from = line.index + line[0].length;
  }
  return ends;
}

const soup = fc.string({ unit: fc.constantFrom('\r', '\n', '\r\n', 'd', ':', ' '), maxLength: 24 });

describe('findLastEventEnd', () => {
  test('is where the last empty line ends, with any mix of line ends', () => {
    fc.assert(
      fc.property(soup, (text) => {
        expect(findLastEventEnd(Buffer.from(text))).toBe(eventEnds(text).at(-1) ?? 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('looks only at what is before the index it is given', () => {
    const bytes = Buffer.from('data: 1\n\ndata: 2\n\n');
    expect(findLastEventEnd(bytes, 17)).toBe(9);
    expect(findLastEventEnd(bytes, 18)).toBe(18);
    expect(findLastEventEnd(bytes, 8)).toBe(0);
  });
});

describe('findNextEventEnd', () => {
  test('walks from event to event', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('data: 1', ': ping', 'x'), fc.constantFrom('\r', '\n', '\r\n'))),
        (lines) => {
          const events = lines.map(([line, end]) => line + end + end);
          const bytes = Buffer.from(events.join(''));
          const ends: number[] = [];
          for (let at = 0; ; ) {
            const end = findNextEventEnd(bytes, at);
            if (end === 0) break;
            ends.push(end);
            at = end;
          }
          expect(ends).toEqual(events.map((_, index) => events.slice(0, index + 1).join('').length));
        },
      ),
    );
  });

  test('is 0 where no event ends', () => {
    expect(findNextEventEnd(Buffer.from('data: 1\ndata: 2\n'), 0)).toBe(0);
    expect(findNextEventEnd(Buffer.from('data: 1\r\n'), 0)).toBe(0);
    expect(findNextEventEnd(Buffer.alloc(0), 0)).toBe(0);
  });
});

describe('readEventData', () => {
  test.each([
    ['data: {"a":1}\n\n', '{"a":1}'],
    ['data:{"a":1}\r\n\r\n', '{"a":1}'],
    ['data:  two spaces\n\n', ' two spaces'],
    ['event: x\nid: 7\ndata: [DONE]\n\n', '[DONE]'],
    ['data: one\rdata: two\r\r', 'one\ntwo'],
    ['data:\n\n', ''],
    [': ping\n\n', undefined],
    ['event: ping\n\n', undefined],
    ['\n', undefined],
  ])('%j holds %j', (event, data) => {
    expect(readEventData(Buffer.from(event))).toBe(data);
  });
});
