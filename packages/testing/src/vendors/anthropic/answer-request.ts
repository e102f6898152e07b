import { createPromptCache } from '../../replies/prompt-cache.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { answerMessage } from './answer-message.ts';
import { type AnthropicProblem, invalid, isProblem, notFound } from './anthropic-errors.ts';
import { checkRequest } from './check-request.ts';
import { holdThreads } from './hold-threads.ts';
import { listPieces } from './list-pieces.ts';
import { renderMessage } from './render-message.ts';
import { renderMessageStream } from './render-message-stream.ts';
import type { RequestKind } from './request-shape.ts';

export interface MessageQuestion {
  readonly operation: 'create' | 'count';
  /** Named by the path, on Vertex AI. */
  readonly model?: string;
  readonly seed: string;
}

/** Claude behind either address: checks a request of the Messages API and answers it. */
export type ClaudeService = (
  request: RecordedRequest,
  question: MessageQuestion,
) => PlannedAnswer | AnthropicProblem;

export function createClaudeService(options: {
  readonly place: RequestKind['place'];
  readonly models: readonly string[];
  readonly script: AnswerScript | undefined;
}): ClaudeService {
  const { place, models, script } = options;
  const cache = createPromptCache();
  const threads = holdThreads();
  const idPrefix = place === 'vertex' ? 'msg_vrtx_01' : 'msg_01';

  return (request, { operation, model, seed }) => {
    if (!isJsonObject(request.body)) return invalid('The request body is not valid JSON');
    const asked = threads.resume(request.body);
    if (isProblem(asked)) return asked;
    const body: JsonObject = model === undefined ? asked.body : { ...asked.body, model };
    const betas = readBetas(request);
    const problem = checkRequest(asked.body, body, {
      operation,
      place,
      isOldVersion: request.headers['anthropic-version'] !== '2026-10-21',
      hasBeta: betas.length > 0,
    });
    if (problem !== undefined) return problem;
    const name = readString(body.model) ?? '';
    if (!models.includes(name)) return notFound(`model: ${name}`);
    if (operation === 'count') {
      const tokens = listPieces(body).reduce((sum, piece) => sum + piece.tokens, 0);
      return jsonAnswer(200, { input_tokens: tokens });
    }
    const onEnd = threads.wants(body)
      ? (id: string, content: readonly JsonObject[]): void => threads.keep(body, id, content)
      : undefined;
    const answer = answerMessage(request, body, { script, seed, cache, betas, idPrefix, onEnd });
    return body.stream === true
      ? streamAnswer(renderMessageStream(answer), {})
      : jsonAnswer(200, renderMessage(answer));
  };
}

/** Of the header, or, on Vertex AI, of the body. */
function readBetas({ headers, body }: RecordedRequest): readonly string[] {
  const header = headers['anthropic-beta'];
  const told = isJsonObject(body) && Array.isArray(body.anthropic_beta) ? body.anthropic_beta : [];
  return [...String(header ?? '').split(','), ...told.map(String)]
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '');
}
