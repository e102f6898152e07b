import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, parseJson } from '../shared/read.ts';

export interface ResultText {
  readonly text: string;
  readonly isError: boolean;
}

/**
 * Gemini wants an object: text goes under `output`, an error's under `error`, as its documentation says. Text that is a
 * JSON object is given as that object, because the model reads it better than JSON inside JSON.
 */
export function toResponse({ text, isError }: ResultText): JsonObject {
  const object = asPlainObject(text);
  if (isError) return { error: object ?? text };
  // What would be read back as one of our own wrappings must be wrapped itself.
  return object === undefined || isWrapping(object) ? { output: text } : object;
}

export function fromResponse(response: JsonObject): ResultText {
  if (isSingle(response, 'output') && typeof response.output === 'string')
    return { text: response.output, isError: false };
  if (isSingle(response, 'error')) {
    const error: Json = response.error ?? null;
    return { text: typeof error === 'string' ? error : JSON.stringify(error), isError: true };
  }
  return { text: JSON.stringify(response), isError: false };
}

/** The object that this text is, where writing it again gives the same text. */
function asPlainObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  const value = parseJson(text);
  return isObject(value) && JSON.stringify(value) === text ? value : undefined;
}

function isWrapping(object: JsonObject): boolean {
  return isSingle(object, 'error') || (isSingle(object, 'output') && typeof object.output === 'string');
}

function isSingle(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name) && Object.keys(object).length === 1;
}
