import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, listOf, numberOf, objectOf, wordOf } from '../shared/read.ts';

/** The error of a body that holds nothing else: its own `error`, or what stands for it. */
export function findError(body: JsonObject): Json | undefined {
  const { error } = body;
  if (isObject(error) || wordOf(error) !== undefined) return error;
  const message = findErrorText(body);
  if (message === undefined) return undefined;
  return resultOf(body) === undefined ? body : { ...objectOf(body['base_resp']), message };
}

/** The words of an error, if the body is one. xAI's `error` is the words themselves; MiniMax reports in `base_resp`. */
export function findErrorText(body: JsonObject): string | undefined {
  const { error } = body;
  if (wordOf(error) !== undefined) return wordOf(error);
  if (isObject(error)) return textOf(error) ?? textOf(body) ?? JSON.stringify(error);
  const [first] = listOf(body['errors']);
  if (first !== undefined) return wordOf(first) ?? textOf(objectOf(first) ?? {}) ?? JSON.stringify(first);
  if (resultOf(body) !== undefined)
    return wordOf(objectOf(body['base_resp'])?.['status_msg']) ?? 'the provider reports a failure';
  return isBareProblem(body) ? textOf(body) : undefined;
}

/** vLLM and Mistral say so; SiliconFlow and NVIDIA give a number that is none of success. */
function isBareProblem(body: JsonObject): boolean {
  if (body['object'] === 'error' || body['type'] === 'error') return true;
  const number = numberOf(body['code']) ?? numberOf(body['status']) ?? numberOf(body['status_code']) ?? 0;
  return number !== 0 && number !== 200 && !('choices' in body);
}

/** The message, in one of the places where servers put it; FastAPI lists what is wrong. */
export function textOf(error: JsonObject): string | undefined {
  for (const field of ['message', 'detail', 'error_message', 'msg', 'title', 'code']) {
    const text = wordsOf(error[field]);
    if (text !== undefined) return text;
  }
  return undefined;
}

function wordsOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return wordOf(value);
  if (isList(value)) {
    const texts = value.map((item) => (isObject(item) ? placed(item) : wordOf(item)));
    return wordOf(texts.filter((text) => text !== undefined).join('; '));
  }
  return isObject(value) ? (wordsOf(value['detail']) ?? wordsOf(value['message'])) : undefined;
}

function placed(item: JsonObject): string | undefined {
  const text = wordOf(item['msg']) ?? wordOf(item['message']);
  const place = listOf(item['loc'])
    .filter((step) => typeof step === 'string' || typeof step === 'number')
    .join('.');
  return text === undefined || place === '' ? text : `${place}: ${text}`;
}

/** The number in MiniMax's `base_resp`, where it does not say that all is well. */
export function resultOf(raw: JsonObject): number | undefined {
  const number = numberOf(objectOf(raw['base_resp'])?.['status_code']);
  return number === 0 ? undefined : number;
}
