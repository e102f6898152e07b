import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedAnswer } from '../../server/plan-answer.ts';
import { type OpenRecord, openRecord } from '../../server/record-request.ts';
import { padVideo, type ServedFile, serveFile } from './serve-file.ts';

function asked(range?: string): OpenRecord {
  const headers = range === undefined ? {} : { range };
  const head = { method: 'GET', url: '/', httpVersion: '1.1', headers, rawHeaders: [] };
  return openRecord(head, { origin: '', receivedAt: 0, closed: Promise.resolve() });
}

async function bytesOf({ events }: PlannedAnswer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of events) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const files = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(200_000))
  .map(([head, zeros]): ServedFile => ({ head: Buffer.from(head), zeros, type: 'video/mp4' }));

test('a part is what stands there in the whole, and says where', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.nat(), fc.nat(), async (file, one, other) => {
      const whole = await bytesOf(serveFile(asked(), file));
      const start = Math.min(one % whole.length, other % whole.length);
      const end = Math.max(one % whole.length, other % whole.length);
      const part = serveFile(asked(`bytes=${start}-${end}`), file);
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${end}/${whole.length}`);
      expect(part.headers['content-length']).toBe(end - start + 1);
      expect((await bytesOf(part)).equals(whole.subarray(start, end + 1))).toBe(true);
    }),
  );
});

test.each([
  ['bytes=10-', 206, 'bytes 10-19/20'],
  ['bytes=-5', 206, 'bytes 15-19/20'],
  ['bytes=-500', 206, 'bytes 0-19/20'],
  ['bytes=5-500', 206, 'bytes 5-19/20'],
  ['bytes=20-', 416, 'bytes */20'],
  ['bytes=-0', 416, 'bytes */20'],
  ['bytes=0-1,3-4', 200, undefined],
  ['lines=0-1', 200, undefined],
])('%s is answered with %s', (range, status, place) => {
  const answer = serveFile(asked(range), { head: Buffer.alloc(20), zeros: 0, type: 'video/mp4' });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-range']).toBe(place);
});

test('a gigabyte is nowhere in memory', () => {
  const file = padVideo(Buffer.alloc(100), 1_000_000_000);
  expect(file.head.length + file.zeros).toBe(1_000_000_000);
  const before = process.memoryUsage().arrayBuffers;
  let size = 0;
  for (const piece of serveFile(asked(), file).events as Iterable<Buffer>) size += piece.length;
  expect(size).toBe(1_000_000_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});
