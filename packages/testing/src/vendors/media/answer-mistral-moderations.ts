import { jsonAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { either, list, map, nullable, record, text } from '../../wire/shape.ts';
import { wordProblem } from '../responses/word-problem.ts';
import { readInputs } from './answer-embeddings.ts';
import type { MediaHandler } from './media-question.ts';

/** After `@mistralai/mistralai/esm/models/components/classificationrequest.d.ts`. */
const shape = record({ 'model!': text, 'input!': either(text, list(text)), metadata: nullable(map) });

const categories: readonly (readonly [name: string, words: RegExp])[] = [
  ['sexual', /\b(porn|naked)/i],
  ['hate_and_discrimination', /\bhate\b/i],
  ['violence_and_threats', /\b(kill|murder|forbidden)/i],
  ['dangerous_and_criminal_content', /\b(bomb|cocaine)/i],
  ['selfharm', /\b(kill myself|suicide)\b/i],
  ['health', /\bdiagnos/i],
  ['financial', /\binvest/i],
  ['law', /\blawsuit/i],
  ['pii', /\b\d{3}-\d{2}-\d{4}\b/],
];

/** Mistral's: other categories than OpenAI's, and nothing that says yes or no for all of them. */
export const answerMistralModerations: MediaHandler = ({ body, model, seed }) => {
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const results = readInputs(body.input).map((input) => {
    const found = categories.map(([name, words]) => [name, words.test(input)] as const);
    return {
      categories: Object.fromEntries(found),
      category_scores: Object.fromEntries(found.map(([name, isFound]) => [name, isFound ? 0.97 : 0.00001])),
    };
  });
  return jsonAnswer(200, { id: hexOf(seed, 32), model, results });
};
