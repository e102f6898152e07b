import { isJsonObject, type JsonObject } from '../wire/read-json.ts';
import type { Complaint, WordedError } from './dialect.ts';

/** The error event of a stream is the 500's body, unless a vendor has another. */
export function streamErrorOf(word: (complaint: Complaint) => WordedError): (model: string) => JsonObject {
  return (model) => {
    const { body } = word({ type: 'status', status: 500, model });
    return isJsonObject(body) ? body : {};
  };
}
