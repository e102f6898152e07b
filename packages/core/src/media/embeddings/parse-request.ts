import { defined, invalid, isList, missing, restOf } from '../../dialects/shared/read.ts';
import { need, wantCount, wantName, wantString, wantWord } from '../../dialects/shared/want.ts';
import type { EmbeddingInput, EmbeddingsRequest } from '../../protocol/embeddings.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaBody } from '../../protocol/media.ts';
import { jsonOf } from '../shared/read-json.ts';
import { meaningOf, taskParameters } from './map-task.ts';

const known = ['model', 'input', 'encoding_format', 'dimensions', 'user'];

/** @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` */
export function parseRequest(wire: MediaBody): EmbeddingsRequest {
  const body = jsonOf(wire);
  const task = parseTask(body);
  const dimensions = wantCount(body['dimensions'], 'dimensions');
  if (dimensions === 0) throw invalid('dimensions', 'it must be at least 1');
  return defined({
    model: need(wantName(body['model'], 'model'), 'model'),
    inputs: parseInputs(body['input']),
    encoding: wantWord(body['encoding_format'], ['float', 'base64'], 'encoding_format'),
    dimensions,
    task,
    user: wantString(body['user'], 'user'),
    extra: restOf(body, task === undefined ? known : [...known, task.parameter]),
  });
}

function parseInputs(input: Json | undefined): readonly EmbeddingInput[] {
  if (input === undefined || input === null) throw missing('input');
  if (typeof input === 'string') return [checkText(input, 'input')];
  if (!isList(input)) throw invalid('input', 'it must be a string or an array');
  const [first] = input;
  if (first === undefined) throw invalid('input', 'it is empty; give at least one text');
  if (typeof first === 'number') return [checkTokens(input, 'input')];
  return input.map((item, index) => {
    const path = `input[${index}]`;
    if (typeof item === 'string' && typeof first === 'string') return checkText(item, path);
    if (isList(item) && isList(first)) return checkTokens(item, path);
    throw invalid(path, 'an array holds texts only, or lists of tokens only');
  });
}

function checkText(text: string, path: string): string {
  if (text === '') throw invalid(path, 'it is empty');
  return text;
}

function checkTokens(list: readonly Json[], path: string): readonly number[] {
  if (list.length === 0) throw invalid(path, 'it is empty');
  return list.map((token, index) => {
    if (typeof token === 'number' && Number.isSafeInteger(token) && token >= 0) return token;
    throw invalid(`${path}[${index}]`, 'a token is a whole number, zero or more');
  });
}

/** OpenAI's models know no tasks; whose do, take them under names of their own. */
function parseTask(body: JsonObject): EmbeddingsRequest['task'] {
  for (const parameter of taskParameters) {
    const word = wantName(body[parameter], parameter);
    if (word !== undefined) return defined({ parameter, word, meaning: meaningOf(word) });
  }
  return undefined;
}
