import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call } from '../protocol/call.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { scanJsonObject } from '../protocol/scan-json.ts';
import type { Attributes } from './open-telemetry.ts';
import { genAi, outputTypes } from './semantic-names.ts';

/** Bytes of a body that is looked at once more. */
const longest = 1_048_576;
/** A word of a format, and nothing that somebody says. */
const word = /^[\w.-]{1,32}$/;

const numbers: ReadonlyMap<string, string> = new Map([
  ['max_tokens', genAi.maxTokens],
  ['max_completion_tokens', genAi.maxTokens],
  ['max_output_tokens', genAi.maxTokens],
  ['maxOutputTokens', genAi.maxTokens],
  ['temperature', genAi.temperature],
  ['top_p', genAi.topP],
  ['topP', genAi.topP],
  ['top_k', genAi.topK],
  ['topK', genAi.topK],
  ['seed', genAi.seed],
  ['frequency_penalty', genAi.frequencyPenalty],
  ['frequencyPenalty', genAi.frequencyPenalty],
  ['presence_penalty', genAi.presencePenalty],
  ['presencePenalty', genAi.presencePenalty],
  ['dimensions', genAi.dimensions],
]);

/** Where Gemini has them, and Responses those about reasoning and the output. */
const groups: ReadonlySet<string> = new Set(['generationConfig', 'generation_config', 'reasoning', 'text']);
const words: ReadonlySet<string> = new Set([
  'effort',
  'reasoning_effort',
  'encoding_format',
  'response_format',
  'format',
  'responseMimeType',
]);
const wanted = (name: string): boolean => numbers.has(name) || groups.has(name) || words.has(name);

/** What a request says of how it is to be answered; never what it says. */
export function requestAttributes(call: Call): Attributes {
  const attributes: Attributes = {};
  const output = outputTypes[call.operation];
  if (output !== undefined) attributes[genAi.output] = output;
  if (call.choices !== 1) attributes[genAi.choices] = call.choices;
  const { bytes } = call;
  if (bytes.byteLength === 0 || bytes.byteLength > longest) return attributes;
  const body = bufferOf(bytes);
  try {
    for (const { key, start, end } of scanJsonObject(body, wanted)) {
      const value: Json = JSON.parse(body.toString('utf8', start, end));
      if (groups.has(key) && isObject(value))
        for (const [name, inner] of Object.entries(value)) read(name, inner, attributes);
      else read(key, value, attributes);
    }
  } catch {
    // It is no JSON object, and was refused for it, or passes as it is.
  }
  return attributes;
}

function read(name: string, value: Json | undefined, attributes: Attributes): void {
  const number = numbers.get(name);
  if (number !== undefined && typeof value === 'number') attributes[number] = value;
  else if (name === 'response_format' || name === 'format') readFormat(value, attributes);
  else if (typeof value !== 'string' || !(word.test(value) || name === 'responseMimeType')) return;
  else if (name === 'effort' || name === 'reasoning_effort') attributes[genAi.reasoning] = value;
  else if (name === 'encoding_format') attributes[genAi.encodings] = [value];
  else if (name === 'responseMimeType')
    attributes[genAi.output] = value === 'application/json' ? 'json' : 'text';
}

function readFormat(value: Json | undefined, attributes: Attributes): void {
  if (!isObject(value) || typeof value['type'] !== 'string') return;
  attributes[genAi.output] = value['type'].startsWith('json') ? 'json' : 'text';
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
