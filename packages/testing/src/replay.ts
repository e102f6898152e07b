import type { OutgoingHttpHeaders } from 'node:http';
import { type PlannedAnswer, wholeAnswer } from './server/plan-answer.ts';
import type { ServerOptions, SimulatedUpstream } from './server/simulated-upstream.ts';
import { startServer } from './server/start-server.ts';
import { createVendor } from './vendors/create-vendor.ts';
import { openAIDialect } from './vendors/openai-dialect.ts';
import type { Vendor } from './vendors/vendor.ts';

/** An answer as it was once received. */
export interface Recording {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

export interface ReplayOptions extends ServerOptions {
  /** Where `baseURL` points below the origin; default `/v1`. Any path is answered. */
  readonly basePath?: string;
}

/**
 * A server that answers every request with the given bytes; with several recordings one after the other, the last of
 * them for ever. Faults work as on any simulated server: `fail({ type: 'write', chunkSize: 3 })`, `fail({ type: 'cut', … })`.
 */
export function replay(
  recording: Recording | readonly Recording[],
  options: ReplayOptions = {},
): Promise<SimulatedUpstream> {
  const recordings = isSequence(recording) ? recording : [recording];
  if (recordings.length === 0) throw new TypeError('replay needs at least one recording');
  const openAI = createVendor(openAIDialect, options);
  let next = 0;
  const vendor: Vendor = {
    basePath: options.basePath ?? '/v1',
    answer() {
      const current = recordings[Math.min(next, recordings.length - 1)] ?? { body: '' };
      next += 1;
      return planReplay(current);
    },
    refuse: (status, request) => openAI.refuse(status, request),
    writeStreamError: (request, error) => openAI.writeStreamError(request, error),
  };
  return startServer(vendor, options);
}

function isSequence(recording: Recording | readonly Recording[]): recording is readonly Recording[] {
  return Array.isArray(recording);
}

/** Headers that described the recorded connection, not the content. */
const framing = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'content-encoding',
]);

function planReplay({ status = 200, headers = {}, body }: Recording): PlannedAnswer {
  const kept = Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !framing.has(name)),
  );
  const isStream = String(kept['content-type']).startsWith('text/event-stream');
  if (!isStream) return wholeAnswer(status, body, kept);
  return { status, headers: kept, events: splitEvents(Buffer.from(body)), streamed: true };
}

/** The bytes cut after each blank line; joined, they are the same bytes. */
function* splitEvents(body: Buffer): Generator<Buffer> {
  const text = body.toString('latin1');
  let start = 0;
  for (const { index, 0: blank } of text.matchAll(/\r\n\r\n|\n\n|\r\r/g)) {
    yield body.subarray(start, index + blank.length);
    start = index + blank.length;
  }
  if (start < body.length) yield body.subarray(start);
}
