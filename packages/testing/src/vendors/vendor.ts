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
}
