import type { AnswerScript } from '../../replies/scripted-reply.ts';
import type { PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { FormPart } from '../../wire/read-multipart.ts';
import type { Complaint, Dialect } from '../dialect.ts';

/** A request for something else than text, read but not yet checked. */
export interface MediaQuestion {
  readonly request: RecordedRequest;
  readonly dialect: Dialect;
  /** The JSON, or a form's fields: each as text, those of a repeated name as a list. The model is in it. */
  readonly body: JsonObject;
  /** The files of a form; none where the body is JSON. */
  readonly files: readonly FormPart[];
  readonly model: string;
  readonly script: AnswerScript | undefined;
  /** Unique per request; every made-up id comes from it. */
  readonly seed: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

export type MediaHandler = (question: MediaQuestion) => PlannedAnswer | Complaint;
