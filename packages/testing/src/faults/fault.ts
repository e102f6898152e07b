import type { OutgoingHttpHeaders } from 'node:http';

/**
 * Something that goes wrong on purpose. Over HTTP/2 a reset resets the stream and leaves its connection alone.
 *
 * Counts of events are those of the vendor's own stream: the role-only first chunk is one, `[DONE]` is one.
 */
export type Fault = ConnectionFault | RequestFault;

/** Faults that strike before there is a request. */
export type ConnectionFault =
  /** Nobody listens: ECONNREFUSED until `heal()`. The same as `stop()` and `start()`, which can be awaited. */
  | { readonly type: 'refuse' }
  /** The connection is accepted and at once reset. */
  | { readonly type: 'reset-on-connect' };

/** Faults that strike a request after it was read. */
export type RequestFault =
  /** RST after the request was read and before any byte of the answer. */
  | { readonly type: 'reset-before-headers' }
  /** RST after status and headers, before any byte of the body. */
  | { readonly type: 'reset-after-headers' }
  /** Never answers; the connection stays open. */
  | { readonly type: 'hang' }
  /** Status and headers, then silence. */
  | { readonly type: 'hang-after-headers' }
  /** `afterEvents` events (default 2), then silence. */
  | { readonly type: 'hang-mid-stream'; readonly afterEvents?: number }
  /** The right answer, late: milliseconds on the server's clock. */
  | { readonly type: 'slow'; readonly headersAfter?: number; readonly betweenEvents?: number }
  /** Another status. Left out, body and headers are those that the vendor really sends with it. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: unknown;
    }
  /**
   * The answer breaks off: at a byte of the body or after some events. `reset` is RST; `close` is FIN without the
   * terminating chunk; `clean` ends the HTTP message properly, only too early.
   */
  | {
      readonly type: 'cut';
      readonly atByte?: number;
      readonly afterEvents?: number;
      readonly how: 'reset' | 'close' | 'clean';
    }
  /**
   * 200 with nonsense: bytes, an HTML page, broken JSON, server-sent events that are no JSON, or AWS's event stream with a
   * bit flipped.
   */
  | { readonly type: 'garbage'; readonly content?: 'binary' | 'html' | 'json' | 'sse' | 'eventstream' }
  /** A redirect (default 307) to `to`. */
  | { readonly type: 'redirect'; readonly to: string; readonly status?: number }
  /** The vendor's error as an event of the stream after `afterEvents` events (default 0: it comes first); no `[DONE]`. */
  | { readonly type: 'error-event'; readonly afterEvents?: number; readonly body?: unknown }
  /** The content-length is off by `by` bytes (default 10): positive promises too much, negative too little. */
  | { readonly type: 'wrong-content-length'; readonly by?: number }
  /** content-encoding: gzip, asked for or not. `inflatedBytes` makes it a bomb: that many zero bytes instead of the answer. */
  | { readonly type: 'gzip'; readonly inflatedBytes?: number }
  /** `bytes` bytes (may be Infinity) of one unterminated event, or of a whole body that is no end of one string. */
  | { readonly type: 'flood'; readonly bytes: number }
  /** The right answer, written otherwise: in writes of `chunkSize` bytes, with other line ends, with comments between events. */
  | {
      readonly type: 'write';
      readonly chunkSize?: number;
      readonly lineEnding?: '\r\n' | '\r';
      readonly commentBetweenEvents?: string;
    }
  /** A 400 whose message repeats every request header, to prove that what leaks upstream does not leak back. */
  | { readonly type: 'echo-headers' };
