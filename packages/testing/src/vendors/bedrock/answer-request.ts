import { createPromptCache } from '../../replies/prompt-cache.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject } from '../../wire/read-json.ts';
import { claudeFacts } from '../anthropic/claude-facts.ts';
import { answerConverse } from './answer-converse.ts';
import { type BedrockProblem, denied, invalid, modelRefuses } from './bedrock-errors.ts';
import { checkClaude } from './check-claude.ts';
import { checkMessages } from './check-messages.ts';
import { listPieces } from './list-pieces.ts';
import { type ModelFacts, modelFacts } from './model-facts.ts';
import { parseSchema, readInference } from './read-converse.ts';
import { renderConverse } from './render-converse.ts';
import { renderConverseStream } from './render-converse-stream.ts';
import { converseShape, countShape } from './request-shape.ts';
import { wordProblem } from './word-problem.ts';

export interface ConverseQuestion {
  readonly operation: 'converse' | 'converse-stream' | 'count-tokens';
  readonly model: string;
  readonly seed: string;
}

/** Checks a request of the Converse API and answers it. */
export type ConverseService = (
  request: RecordedRequest,
  question: ConverseQuestion,
) => PlannedAnswer | BedrockProblem;

export function createConverseService(script: AnswerScript | undefined): ConverseService {
  const cache = createPromptCache();
  return (request, { operation, model, seed }) => {
    const { body } = request;
    if (!isJsonObject(body)) {
      return {
        exception: 'SerializationException',
        status: 400,
        message: 'Unable to parse the request body.',
      };
    }
    const misfit = checkShape(body, operation === 'count-tokens' ? countShape : converseShape);
    if (misfit !== undefined) return wordProblem(misfit);
    if (operation === 'count-tokens') return countConverse(body, model);
    const problem = check(body, model);
    if (problem !== undefined) return problem;
    const answer = answerConverse(request, body, { model, script, seed, cache });
    return operation === 'converse'
      ? jsonAnswer(200, renderConverse(answer))
      : streamAnswer(renderConverseStream(answer), { 'content-type': 'application/vnd.amazon.eventstream' });
  };
}

function check(body: JsonObject, model: string): BedrockProblem | undefined {
  const facts = modelFacts(model);
  const message = checkMessages(body, facts) ?? checkLimits(body, model, facts);
  if (message !== undefined) return invalid(message);
  if (!facts.takesCachePoints && listPieces(body).some(({ keep }) => keep !== undefined)) {
    return denied(
      'AccessDeniedException',
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
    );
  }
  const refusal = facts.isClaude ? checkClaude(body, model) : undefined;
  return refusal === undefined ? undefined : modelRefuses(refusal);
}

function checkLimits(body: JsonObject, model: string, facts: ModelFacts): string | undefined {
  const { maxTokens = 0 } = readInference(body);
  const most = facts.isClaude ? claudeFacts(model).mostTokens : 10_000;
  if (maxTokens > most) {
    return `The maximum tokens you requested exceeds the model limit of ${most}. Try again with a maximum tokens value that is lower than ${most}.`;
  }
  if (isJsonObject(body.outputConfig) && body.outputConfig.textFormat !== undefined) {
    const isTaken = facts.takesTextFormat && (!facts.isClaude || claudeFacts(model).takesOutputFormat);
    if (!isTaken) {
      return "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.";
    }
    if (parseSchema(body) === undefined) {
      return 'The format of the value at outputConfig.textFormat.structure.jsonSchema.schema is invalid. Provide a JSON schema as text and try again.';
    }
  }
  return undefined;
}

function countConverse({ input }: JsonObject, model: string): PlannedAnswer | BedrockProblem {
  const converse = isJsonObject(input) ? input.converse : undefined;
  if (!isJsonObject(converse)) return invalid("The provided model doesn't support counting tokens.");
  const problem = checkMessages(converse, modelFacts(model));
  if (problem !== undefined) return invalid(problem);
  const inputTokens = listPieces(converse).reduce((sum, piece) => sum + piece.tokens, 0);
  return jsonAnswer(200, { inputTokens });
}
