import { createHash } from 'node:crypto';
import { countTokens } from '../replies/count-tokens.ts';
import { type JsonObject, readNumber, readString } from '../wire/read-json.ts';
import type { Complaint } from './dialect.ts';

const usualDimensions: Readonly<Record<string, number>> = { 'text-embedding-3-large': 3072 };

/** Unit vectors that depend on the input alone, as floats or as base64 of little-endian 32-bit floats. */
export function answerEmbeddings(body: JsonObject): JsonObject | Complaint {
  const inputs = readInputs(body.input);
  if (inputs.length === 0 || inputs.includes('')) {
    return {
      type: 'parameter-invalid',
      message:
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
      param: 'input',
      code: null,
    };
  }
  const model = readString(body.model) ?? '';
  const dimensions = readNumber(body.dimensions) ?? usualDimensions[model] ?? 1536;
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return {
    object: 'list',
    data: inputs.map((input, index) => {
      const vector = makeVector(input, dimensions);
      const embedding = body.encoding_format === 'base64' ? toBase64(vector) : [...vector];
      return { object: 'embedding', index, embedding };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** A string, a list of strings, a list of tokens, or a list of lists of tokens. */
function readInputs(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) return [];
  if (input.length > 0 && input.every((item) => typeof item === 'number')) return [input.join(' ')];
  return input.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}

/** Pseudo-random numbers from the input's hash (xorshift32), scaled to length 1. */
function makeVector(input: string, dimensions: number): Float32Array {
  let state = createHash('sha256').update(input).digest().readUInt32LE(0) || 1;
  const vector = new Float32Array(dimensions);
  for (let index = 0; index < dimensions; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    vector[index] = (state >>> 0) / 2 ** 31 - 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
