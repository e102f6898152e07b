import type { PlannedAnswer } from '../server/plan-answer.ts';
import type { RequestFault } from './fault.ts';

type WriteFault = Extract<RequestFault, { type: 'write' }>;

/** The same answer in other bytes (line ends and comments, streams only) and in other writes. */
export function reshapeEvents(answer: PlannedAnswer, fault: WriteFault): PlannedAnswer {
  const events = answer.streamed ? rewritten(answer.events, fault) : answer.events;
  return { ...answer, events: fault.chunkSize === undefined ? events : rechunked(events, fault.chunkSize) };
}

async function* rewritten(
  events: PlannedAnswer['events'],
  fault: WriteFault,
): AsyncGenerator<string | Buffer> {
  const { lineEnding, commentBetweenEvents } = fault;
  const comment = commentBetweenEvents === undefined ? '' : `: ${commentBetweenEvents}\n\n`;
  let isFirst = true;
  for await (const event of events) {
    const text = `${isFirst ? '' : comment}${event.toString()}`;
    yield lineEnding === undefined ? text : text.replaceAll('\n', lineEnding);
    isFirst = false;
  }
}

/** Pieces of exactly `size` bytes (the last may be shorter), without regard to characters, lines or events. */
async function* rechunked(events: PlannedAnswer['events'], size: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const event of events) {
    rest = Buffer.concat([rest, Buffer.from(event)]);
    let start = 0;
    for (; rest.length - start >= size; start += size) yield rest.subarray(start, start + size);
    rest = rest.subarray(start);
  }
  if (rest.length > 0) yield rest;
}
