import { type PlannedAnswer, withoutLength } from '../server/plan-answer.ts';

const pieceOfFlood: Buffer = Buffer.alloc(64 * 1024, 'a');

/** The beginning of an event (or of a JSON body) and then `bytes` bytes that do not end it. Made as fast as they are read. */
export function floodAnswer(answer: PlannedAnswer, bytes: number): PlannedAnswer {
  const beginning = answer.streamed
    ? 'data: {"choices":[{"index":0,"delta":{"content":"'
    : '{"choices":[{"index":0,"message":{"role":"assistant","content":"';
  return { ...answer, headers: withoutLength(answer.headers), events: flood(beginning, bytes) };
}

function* flood(beginning: string, bytes: number): Generator<string | Buffer> {
  yield beginning;
  for (let left = bytes; left > 0; left -= pieceOfFlood.length) {
    yield left < pieceOfFlood.length ? pieceOfFlood.subarray(0, left) : pieceOfFlood;
  }
}
