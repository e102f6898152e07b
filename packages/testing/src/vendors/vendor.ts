import type { PlannedAnswer } from '../server/plan-answer.ts';
import type { RecordedRequest } from '../server/record-request.ts';

/** What a server has to know of whom it plays. */
export interface Vendor {
  /** Where an SDK's base URL points below the origin, such as `/v1`. */
  readonly basePath: string;
  /** The answer when nothing goes wrong; errors of the caller's making are answers too. */
  answer(request: RecordedRequest): PlannedAnswer;
  /** The vendor's own words and headers for a status. */
  refuse(status: number, request: RecordedRequest): PlannedAnswer;
  /**
   * What the vendor writes into a stream that has failed, in the stream's own framing. `afterEvents`: how many events went
   * before. `body` takes the place of the vendor's own words.
   */
  writeStreamError(
    request: RecordedRequest,
    error: { readonly afterEvents: number; readonly body: unknown },
  ): string | Buffer;
  /** The conversation over a WebSocket that a request asks for; undefined where it is to be answered as any other is. */
  talk?(request: RecordedRequest): Talk | undefined;
}

/** A conversation over a WebSocket. */
export interface Talk {
  /** Beside those of the handshake. */
  readonly headers: Readonly<Record<string, string>>;
  /** It is open: `send` takes events of the server; what is returned is given each message of the client. */
  readonly begin: (send: (event: object) => void) => (message: string) => void;
}
