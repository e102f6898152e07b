import type { Clock } from '@vector-engine/core';
import { waitOnClock } from '../clock/wait-on-clock.ts';
import type { Exchange } from './open-exchange.ts';
import type { PlannedAnswer } from './plan-answer.ts';

/** How an answer leaves, and where it breaks off. All times are milliseconds on the server's clock. */
export interface WriteOrders {
  readonly headersAfter?: number;
  readonly betweenEvents?: number;
  /** Yield to the event loop after each write, so that each is a segment of its own. */
  readonly separateWrites?: boolean;
  readonly stop?: StopOrder;
}

interface StopOrder {
  readonly atByte?: number;
  readonly afterEvents?: number;
  readonly how: 'reset' | 'close' | 'clean' | 'hang';
}

export async function writeAnswer(
  exchange: Exchange,
  answer: PlannedAnswer,
  options: { readonly clock: Clock; readonly orders: WriteOrders },
): Promise<void> {
  const { clock, orders } = options;
  await waitOnClock(clock, orders.headersAfter ?? 0, exchange.closed);
  if (exchange.isClosed()) return;
  exchange.sendHead(answer.status, answer.headers);

  const stop = orders.stop;
  const lastByte = stop?.atByte ?? Number.POSITIVE_INFINITY;
  const lastEvent = stop?.afterEvents ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  let events = 0;
  if (bytes >= lastByte || events >= lastEvent) return breakOff(exchange, stop);

  for await (const event of answer.events) {
    if (events > 0) await waitOnClock(clock, orders.betweenEvents ?? 0, exchange.closed);
    if (exchange.isClosed()) return;
    const whole = typeof event === 'string' ? Buffer.from(event) : event;
    const piece = whole.subarray(0, lastByte - bytes);
    await exchange.write(piece);
    bytes += piece.length;
    events += 1;
    exchange.record.eventsWritten = events;
    if (bytes >= lastByte || events >= lastEvent) return breakOff(exchange, stop);
    if (orders.separateWrites === true) await nextTurn();
  }
  if (stop !== undefined && stop.how !== 'clean') return breakOff(exchange, stop);
  exchange.end();
}

/** The end of a spoiled answer. What was written before it reaches the client first. */
async function breakOff(exchange: Exchange, stop: StopOrder | undefined): Promise<void> {
  await exchange.flushed();
  if (stop?.how === 'hang') await exchange.closed;
  else if (stop?.how === 'reset') exchange.reset();
  else if (stop?.how === 'close') exchange.hangUp();
  else exchange.end();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
