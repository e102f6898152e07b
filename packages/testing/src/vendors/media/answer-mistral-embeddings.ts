import { countTokens } from '../../replies/count-tokens.ts';
import { jsonAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { type JsonObject, readNumber } from '../../wire/read-json.ts';
import { either, list, map, nullable, oneOf, record, text, wholeFrom } from '../../wire/shape.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import { readInputs } from './answer-embeddings.ts';
import { isNumberType, makeVector, numberTypes, storeVector, toBase64 } from './make-vector.ts';
import type { MediaHandler } from './media-question.ts';

/** After `@mistralai/mistralai/esm/models/components/embeddingrequest.d.ts`. */
const shape = record({
  'model!': text,
  'input!': either(text, list(text)),
  metadata: nullable(map),
  output_dimension: nullable(wholeFrom(1)),
  output_dtype: oneOf(...numberTypes),
  encoding_format: oneOf('float', 'base64'),
});

/** Mistral's: the numbers may be smaller than floats, and packed. Only the models for code can be shortened. */
export const answerMistralEmbeddings: MediaHandler = ({ body, model, seed }) => {
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const inputs = readInputs(body.input);
  if (inputs.length === 0) return complain('Input cannot be empty.', 'input');
  const isOfCode = model.startsWith('codestral');
  if (!isOfCode && (body.output_dimension ?? undefined) !== undefined) {
    return complain(`Model ${model} does not support output_dimension.`, 'output_dimension');
  }
  if (!isOfCode && body.output_dtype !== undefined && body.output_dtype !== 'float') {
    return complain(`Model ${model} does not support output_dtype.`, 'output_dtype');
  }
  const dimensions = readNumber(body.output_dimension) ?? (isOfCode ? 1536 : 1024);
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  const data = inputs.map((input, index): JsonObject => {
    const type = isNumberType(body.output_dtype) ? body.output_dtype : 'float';
    const numbers = storeVector(makeVector(input, dimensions), type);
    const embedding = body.encoding_format === 'base64' ? toBase64(numbers) : [...numbers];
    return { object: 'embedding', index, embedding };
  });
  return jsonAnswer(200, {
    id: hexOf(seed, 32),
    object: 'list',
    data,
    model,
    usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens, prompt_audio_seconds: null },
  });
};
