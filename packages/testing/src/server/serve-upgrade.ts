import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '@vector-engine/core';
import { waitOnClock } from '../clock/wait-on-clock.ts';
import type { RequestFault } from '../faults/fault.ts';
import type { Talk, Vendor } from '../vendors/vendor.ts';
import type { Exchange } from './open-exchange.ts';
import { openWebSocket } from './web-socket.ts';

/** A response that is written to the socket of an upgrade: refusals are answers like any other. */
export function respondTo(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  response.on('finish', () => socket.end());
  // A client says nothing before it has an answer, but for its leave.
  socket.on('end', () => socket.end()).resume();
  return response;
}

export interface UpgradeParts {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly fault: RequestFault | undefined;
  readonly vendor: Vendor;
  /** The exchange is answered as any other is. */
  readonly answer: () => Promise<void>;
}

/** Opens the conversation that a client wants, unless the vendor has none for it, or a fault wants something else. */
export async function serveUpgrade(
  request: IncomingMessage,
  response: ServerResponse,
  { exchange, clock, fault, vendor, answer }: UpgradeParts,
): Promise<void> {
  const talk = fault === undefined || fault.type === 'slow' ? vendor.talk?.(exchange.record) : undefined;
  if (talk === undefined) return answer();
  if (fault?.type === 'slow') await waitOnClock(clock, fault.headersAfter ?? 0, exchange.closed);
  if (exchange.isClosed()) return;
  exchange.record.status = 101;
  converse(talk, { request, response, exchange });
}

function converse(
  { headers, begin }: Talk,
  { request, response, exchange }: { request: IncomingMessage; response: ServerResponse; exchange: Exchange },
): void {
  const { socket } = request;
  const listener = {
    onText: (text: string) => hear(text),
    // As after a whole answer: the client has not gone away early.
    onClosed: () => void response.emit('finish'),
  };
  const opened = openWebSocket(request, socket, { headers, listener });
  const hear = begin((event) => {
    opened.send(JSON.stringify(event));
    exchange.record.eventsWritten += 1;
  });
}
