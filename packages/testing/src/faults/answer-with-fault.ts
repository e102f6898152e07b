import type { Clock } from '@vector-engine/core';
import type { Exchange } from '../server/open-exchange.ts';
import { jsonAnswer, type PlannedAnswer, wholeAnswer, withoutLength } from '../server/plan-answer.ts';
import type { RecordedRequest } from '../server/record-request.ts';
import { type WriteOrders, writeAnswer } from '../server/write-answer.ts';
import type { Vendor } from '../vendors/vendor.ts';
import { compressAnswer } from './compress-answer.ts';
import type { RequestFault } from './fault.ts';
import { floodAnswer } from './flood-answer.ts';
import { makeGarbage } from './make-garbage.ts';
import { reshapeEvents } from './reshape-events.ts';

interface Surroundings {
  readonly vendor: Vendor;
  readonly clock: Clock;
  readonly pace: number;
}

/** Answers one request that was read, with what goes wrong about it. */
export async function answerWithFault(
  exchange: Exchange,
  fault: RequestFault | undefined,
  { vendor, clock, pace }: Surroundings,
): Promise<void> {
  if (fault?.type === 'hang') return;
  if (fault?.type === 'reset-before-headers') return exchange.reset();
  const { answer, orders } = await spoil(fault, vendor, exchange.record);
  if (answer.withheld === 'hang') return;
  if (answer.withheld === 'reset') return exchange.reset();
  await writeAnswer(exchange, answer, { clock, orders: { betweenEvents: pace, ...orders } });
}

interface Spoiled {
  readonly answer: PlannedAnswer;
  readonly orders?: WriteOrders;
}

async function spoil(
  fault: RequestFault | undefined,
  vendor: Vendor,
  request: RecordedRequest,
): Promise<Spoiled> {
  if (fault?.type === 'wrong-content-length') return lieAboutLength(vendor.answer(request), fault.by ?? 10);
  if (fault?.type === 'status') return { answer: statusAnswer(fault, vendor, request) };
  if (fault?.type === 'garbage') return { answer: makeGarbage(fault.content ?? 'binary') };
  if (fault?.type === 'redirect') {
    return { answer: wholeAnswer(fault.status ?? 307, '', { location: fault.to }) };
  }
  if (fault?.type === 'echo-headers') return { answer: echoHeaders(request) };
  return spoilWriting(fault, vendor.answer(request), { vendor, request });
}

/** The faults that leave the vendor's answer standing and change how much of it arrives, when and in what wrapping. */
function spoilWriting(
  fault: RequestFault | undefined,
  answer: PlannedAnswer,
  { vendor, request }: { vendor: Vendor; request: RecordedRequest },
): Spoiled {
  switch (fault?.type) {
    case 'reset-after-headers':
      return { answer, orders: { stop: { afterEvents: 0, how: 'reset' } } };
    case 'hang-after-headers':
      return { answer, orders: { stop: { afterEvents: 0, how: 'hang' } } };
    case 'hang-mid-stream':
      return { answer, orders: { stop: { afterEvents: fault.afterEvents ?? 2, how: 'hang' } } };
    case 'slow':
      return { answer, orders: fault };
    case 'cut': {
      const headers = fault.how === 'clean' ? withoutLength(answer.headers) : answer.headers;
      return { answer: { ...answer, headers }, orders: { stop: fault } };
    }
    case 'error-event': {
      const afterEvents = fault.afterEvents ?? 0;
      const event = vendor.writeStreamError(request, { afterEvents, body: fault.body });
      return { answer: withErrorEvent(answer, afterEvents, event) };
    }
    case 'gzip':
      return { answer: compressAnswer(answer, fault.inflatedBytes) };
    case 'flood':
      return { answer: floodAnswer(answer, fault.bytes) };
    case 'write':
      return { answer: reshapeEvents(answer, fault), orders: { separateWrites: true } };
    default:
      return { answer };
  }
}

function statusAnswer(
  fault: Extract<RequestFault, { type: 'status' }>,
  vendor: Vendor,
  request: RecordedRequest,
): PlannedAnswer {
  const usual = vendor.refuse(fault.status, request);
  const headers = { ...usual.headers, ...fault.headers };
  if (fault.body === undefined) return { ...usual, headers };
  if (typeof fault.body === 'string') return wholeAnswer(fault.status, fault.body, headers);
  return jsonAnswer(fault.status, fault.body, {
    headers: { ...headers, 'content-type': 'application/json' },
  });
}

function withErrorEvent(answer: PlannedAnswer, afterEvents: number, error: string | Buffer): PlannedAnswer {
  async function* events(): AsyncGenerator<string | Buffer> {
    let count = 0;
    if (afterEvents > 0) {
      for await (const event of answer.events) {
        yield event;
        count += 1;
        if (count >= afterEvents) break;
      }
    }
    yield error;
  }
  return answer.streamed ? { ...answer, events: events() } : answer;
}

/** Too much promised: the connection ends early. Too little: bytes are left over behind the message. */
async function lieAboutLength(answer: PlannedAnswer, by: number): Promise<Spoiled> {
  const pieces: Buffer[] = [];
  for await (const event of answer.events) pieces.push(Buffer.from(event));
  const body = Buffer.concat(pieces);
  return {
    answer: {
      ...answer,
      headers: { ...answer.headers, 'content-length': body.length + by },
      events: [body],
    },
    orders: { stop: { how: 'close' } },
  };
}

function echoHeaders(request: RecordedRequest): PlannedAnswer {
  const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
  return jsonAnswer(400, {
    error: {
      message: `Your request was malformed. We received: ${lines.join('; ')}`,
      type: 'invalid_request_error',
      param: null,
      code: null,
      headers: request.headers,
    },
  });
}
