import { countTokens } from '../../replies/count-tokens.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { type JsonObject, readNumber } from '../../wire/read-json.ts';
import { anything, oneOf, openRecord, text, wholeFrom } from '../../wire/shape.ts';
import type { Complaint } from '../dialect.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import { makeVector, toBase64 } from './make-vector.ts';
import type { MediaQuestion } from './media-question.ts';

const shape = openRecord({
  'model!': text,
  'input!': anything,
  encoding_format: oneOf('float', 'base64'),
  dimensions: wholeFrom(1),
  user: text,
});

const usualDimensions: Readonly<Record<string, number>> = { 'text-embedding-3-large': 3072 };
const mostInputs = 2048;

/** Unit vectors, as floats or as base64 of little-endian 32-bit floats. */
export function answerEmbeddings({ body, dialect, model }: MediaQuestion): PlannedAnswer | Complaint {
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const inputs = readInputs(body.input);
  const complaint = checkInputs(inputs) ?? checkDimensions(body, dialect.nameAnswer(model));
  if (complaint !== undefined) return complaint;
  const dimensions = readNumber(body.dimensions) ?? usualDimensions[dialect.nameAnswer(model)] ?? 1536;
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  const answer = {
    object: 'list',
    data: inputs.map((input, index) => {
      const vector = makeVector(input, dimensions);
      const embedding = body.encoding_format === 'base64' ? toBase64(vector) : [...vector];
      return { object: 'embedding', index, embedding };
    }),
    model: dialect.nameAnswer(model),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
  return jsonAnswer(200, answer, { indent: 2 });
}

/** A string, a list of strings, a list of tokens, or a list of lists of tokens. */
export function readInputs(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || new Set(input.map(kindOf)).size > 1) return [];
  if (input.length > 0 && input.every((item) => typeof item === 'number')) return [input.join(' ')];
  return input.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}

function kindOf(item: unknown): string {
  return Array.isArray(item) ? 'tokens' : typeof item;
}

function checkInputs(inputs: readonly string[]): Complaint | undefined {
  if (inputs.length === 0 || inputs.includes('')) {
    return complain(
      "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
      'input',
    );
  }
  return inputs.length > mostInputs
    ? complain(
        `Invalid 'input': array too long. Expected an array with maximum length ${mostInputs}, but got an array with length ${inputs.length} instead.`,
        'input',
        'array_above_max_length',
      )
    : undefined;
}

/** Only the third generation can be shortened, and none can be made longer. */
function checkDimensions({ dimensions }: JsonObject, model: string): Complaint | undefined {
  const asked = readNumber(dimensions);
  if (asked === undefined) return undefined;
  if (model === 'text-embedding-ada-002') {
    return complain('This model does not support specifying dimensions.', 'dimensions');
  }
  const most = model.startsWith('text-embedding-3') ? (usualDimensions[model] ?? 1536) : undefined;
  return most === undefined || asked <= most
    ? undefined
    : complain(
        `Invalid value for 'dimensions' = ${asked}. Must be less than or equal to ${most}.`,
        'dimensions',
        'invalid_value',
      );
}
