import { crc32 } from 'node:zlib';
import { type PlannedAnswer, withoutLength } from '../server/plan-answer.ts';

const pieceOfFlood: Buffer = Buffer.alloc(64 * 1024, 'a');

/** The beginning of an event (or of a JSON body) and then `bytes` bytes that do not end it. Made as fast as they are read. */
export function floodAnswer(answer: PlannedAnswer, bytes: number): PlannedAnswer {
  return { ...answer, headers: withoutLength(answer.headers), events: flood(beginningOf(answer), bytes) };
}

function beginningOf({ streamed, headers }: PlannedAnswer): string | Buffer {
  if (!streamed) return '{"choices":[{"index":0,"message":{"role":"assistant","content":"';
  const isFrames = headers['content-type'] === 'application/vnd.amazon.eventstream';
  return isFrames ? beginFrame() : 'data: {"choices":[{"index":0,"delta":{"content":"';
}

/** A frame that says, with a true checksum, that it is longer than any. */
function beginFrame(): Buffer {
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(0x7f_ff_ff_ff, 0);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  return prelude;
}

function* flood(beginning: string | Buffer, bytes: number): Generator<string | Buffer> {
  yield beginning;
  for (let left = bytes; left > 0; left -= pieceOfFlood.length) {
    yield left < pieceOfFlood.length ? pieceOfFlood.subarray(0, left) : pieceOfFlood;
  }
}
