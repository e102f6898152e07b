import type { PlannedAnswer } from '../server/plan-answer.ts';
import type { RequestFault } from './fault.ts';

type WriteFault = Extract<RequestFault, { type: 'write' }>;

/** The same answer in other bytes (line ends and comments, streams of server-sent events only) and in other writes. */
export function reshapeEvents(answer: PlannedAnswer, fault: WriteFault): PlannedAnswer {
  const events = isText(answer) ? rewritten(answer.events, fault) : answer.events;
  return { ...answer, events: fault.chunkSize === undefined ? events : rechunked(events, fault.chunkSize) };
}

/** Frames of bytes and the elements of a JSON array have no lines and no comments. */
function isText({ streamed, headers }: PlannedAnswer): boolean {
  return streamed && String(headers['content-type']).startsWith('text/event-stream');
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
    yield lineEnding === undefined ? text : text.replaceAll(/\r?\n/g, lineEnding);
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
