import type { PlannedAnswer } from '../server/plan-answer.ts';
import type { RecordedRequest } from '../server/record-request.ts';
import type { JsonObject } from '../wire/read-json.ts';

/** What a server has to know of whom it plays. */
export interface Vendor {
  /** Where an SDK's base URL points below the origin, such as `/v1`. */
  readonly basePath: string;
  /** The answer when nothing goes wrong; errors of the caller's making are answers too. */
  answer(request: RecordedRequest): PlannedAnswer;
  /** The vendor's own words and headers for a status. */
  refuse(status: number, request: RecordedRequest): PlannedAnswer;
  /** The JSON of the event with which the vendor reports an error inside a stream. */
  streamError(request: RecordedRequest): JsonObject;
}
