import type { IncomingHttpHeaders } from 'node:http';

/** One request as it arrived. It is listed as soon as its head was read; body, status and times fill in as they happen. */
export interface RecordedRequest {
  readonly method: string;
  /** The request target exactly as received, query included. */
  readonly path: string;
  /** Scheme, host and port of the server that received it. */
  readonly origin: string;
  readonly httpVersion: string;
  /** Names in lower case; HTTP/2 pseudo headers left out. */
  readonly headers: IncomingHttpHeaders;
  /** Names and values alternating, as they came over the wire: duplicates and casing are visible. */
  readonly rawHeaders: readonly string[];
  /** The body's bytes; empty until all of it was read. */
  readonly rawBody: Buffer;
  /** The body parsed as JSON; undefined where it is none. */
  readonly body: unknown;
  /** When the head was read, milliseconds on the server's clock. */
  readonly receivedAt: number;
  /** The client closed the connection or the HTTP/2 stream before the answer was complete. */
  readonly aborted: boolean;
  /** When that was noticed, milliseconds on the server's clock. */
  readonly abortedAt: number | undefined;
  /** The status that was sent, once headers went out. */
  readonly status: number | undefined;
  /** Events of a stream (or 1 for a whole body) handed to the socket so far. */
  readonly eventsWritten: number;
  /** Settles when the exchange is over, however it ended. */
  readonly closed: Promise<void>;
}

/** The same record while it is being written. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** What HTTP/1 and HTTP/2 requests have in common. */
interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
}

export function openRecord(
  head: RequestHead,
  { origin, receivedAt, closed }: Pick<RecordedRequest, 'origin' | 'receivedAt' | 'closed'>,
): OpenRecord {
  return {
    method: head.method ?? 'GET',
    path: head.url ?? '/',
    origin,
    httpVersion: head.httpVersion,
    headers: Object.fromEntries(Object.entries(head.headers).filter(([name]) => !name.startsWith(':'))),
    rawHeaders: head.rawHeaders,
    rawBody: Buffer.alloc(0),
    body: undefined,
    receivedAt,
    aborted: false,
    abortedAt: undefined,
    status: undefined,
    eventsWritten: 0,
    closed,
  };
}
