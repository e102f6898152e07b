import type { OutgoingHttpHeaders } from 'node:http';

/** What is going to be written: decided in full by the vendor, then perhaps spoiled by a fault. */
export interface PlannedAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** One item per event of a stream; the whole body as one item otherwise. Read lazily, so it may be endless. */
  readonly events: Iterable<string | Buffer> | AsyncIterable<string | Buffer>;
  readonly streamed: boolean;
  /** The vendor has done what was asked, but the answer never leaves: the connection is reset, or stays silent. */
  readonly withheld?: 'reset' | 'hang';
}

/** A whole JSON answer. `indent` is the number of spaces, as vendors differ. */
export function jsonAnswer(
  status: number,
  body: unknown,
  options: { headers?: OutgoingHttpHeaders; indent?: number; contentType?: string } = {},
): PlannedAnswer {
  const { headers = {}, indent = 0, contentType = 'application/json' } = options;
  return wholeAnswer(status, JSON.stringify(body, null, indent), { 'content-type': contentType, ...headers });
}

/** A whole answer of any type, with its true content-length. */
export function wholeAnswer(
  status: number,
  body: string | Buffer,
  headers: OutgoingHttpHeaders,
): PlannedAnswer {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: { ...headers, 'content-length': bytes.length },
    events: bytes.length === 0 ? [] : [bytes],
    streamed: false,
  };
}

/** A stream of server-sent events. */
export function streamAnswer(events: Iterable<string | Buffer>, headers: OutgoingHttpHeaders): PlannedAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', ...headers },
    events,
    streamed: true,
  };
}

/** Without a content-length the body goes out in chunks (HTTP/1.1) or frames (HTTP/2). */
export function withoutLength(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { 'content-length': _, ...rest } = headers;
  return rest;
}
