import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLastEventEnd } from './find-event-end.ts';
import { WholeEvents } from './whole-events.ts';

const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
const eventText = fc.tuple(fc.constantFrom('data: {"a":"é"}', ': ping', 'event: x', 'd'), lineEnd, lineEnd);
const streamText = fc
  .tuple(fc.array(eventText), fc.constantFrom('', 'data: tail', 'data: tail\n', '\r', '\n'))
  .map(([events, tail]) => events.map((parts) => parts.join('')).join('') + tail);

function split(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...pieces, bytes.subarray(at)];
}

describe('WholeEvents', () => {
  test('gives the same bytes in whole events, however they are cut', () => {
    fc.assert(
      fc.property(streamText, fc.array(fc.nat(9)), (text, lengths) => {
        const bytes = Buffer.from(text);
        const events = new WholeEvents(1000);
        const given: Buffer[] = [];
        let seen = 0;
        for (const piece of split(bytes, lengths)) {
          seen += piece.length;
          given.push(Buffer.from(events.take(piece)));
          const out = Buffer.concat(given);
          expect(out).toEqual(bytes.subarray(0, out.length));
          expect(findLastEventEnd(out)).toBe(out.length);
          // No event waits that is whole; only empty lines, which mean nothing, may, and one whose LF may still come.
          const waiting = bytes
            .subarray(out.length, seen)
            .toString()
            .replace(/^[\r\n]+/, '')
            .replace(/\r\n\r$/, '\r\n');
          expect(findLastEventEnd(Buffer.from(waiting))).toBe(0);
        }
        expect(Buffer.concat([...given, events.rest()])).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  test('cuts a stream that comes byte by byte where it cuts one that comes at once', () => {
    const bytes = Buffer.from('data: 1\n\ndata: 2\r\n\r\n: x\r\rdata: 4\n');
    const events = new WholeEvents(1000);
    const given = split(
      bytes,
      Array.from({ length: bytes.length }, () => 1),
    ).map((piece) => events.take(piece).toString());
    expect(given.filter((piece) => piece !== '')).toEqual(['data: 1\n\n', 'data: 2\r\n\r\n', ': x\r\r']);
    expect(events.rest().toString()).toBe('data: 4\n');
  });

  test('hands a piece of whole events on as it is, without a copy', () => {
    const chunk = Buffer.from('data: 1\n\n');
    expect(new WholeEvents(10).take(chunk)).toBe(chunk);
  });

  test('is over its limit once one event is, not when many events are', () => {
    const events = new WholeEvents(8);
    events.take(Buffer.from('data: 1\n\ndata: 2\n\n'));
    expect(events.overflowed).toBe(false);
    events.take(Buffer.from('data: 12'));
    expect(events.overflowed).toBe(false);
    events.take(Buffer.from('3'));
    expect(events.overflowed).toBe(true);
  });

  test('takes a long event in small pieces in time that grows with its length only', () => {
    const piece = Buffer.from('x'.repeat(64));
    const events = new WholeEvents(Number.POSITIVE_INFINITY);
    const startedAt = performance.now();
    for (let count = 0; count < 50_000; count++) events.take(piece);
    expect(events.take(Buffer.from('\n\n'))).toHaveLength(50_000 * 64 + 2);
    // The square of it would be 40 GB of copying.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
