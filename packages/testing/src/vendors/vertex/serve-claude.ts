import type { AnswerScript } from '../../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { createClaudeService } from '../anthropic/answer-request.ts';
import {
  type AnthropicProblem,
  isProblem,
  problemOfStatus,
  renderProblem,
} from '../anthropic/anthropic-errors.ts';
import { requestIdOf } from '../anthropic/anthropic-headers.ts';
import { googleHeaders } from '../gemini/google-headers.ts';
import type { VertexAddress } from './read-address.ts';

/** Claude on Vertex AI. Its own errors are Anthropic's; all others are Google's. */
export interface VertexClaude {
  /** Undefined where there is no such method. */
  answer(request: RecordedRequest, address: VertexAddress, seed: string): PlannedAnswer | undefined;
  /** A status that is Anthropic's to tell; undefined where it is Google's. */
  refuse(status: number, seed: string): PlannedAnswer | undefined;
}

/** Names a model that counts tokens, with the real one in the body. */
const counter = 'count-tokens';

export function createVertexClaude(
  models: readonly string[],
  script: AnswerScript | undefined,
): VertexClaude {
  const claude = createClaudeService({ place: 'vertex', models, script });
  return {
    answer(request, { model, method }, seed) {
      if (model === undefined || (method !== 'rawPredict' && method !== 'streamRawPredict')) return undefined;
      const outcome =
        model === counter
          ? claude(request, { operation: 'count', seed })
          : claude(request, { operation: 'create', model, seed });
      if (isProblem(outcome)) return tell(outcome, seed);
      return { ...outcome, headers: { ...headersOf(seed), ...outcome.headers } };
    },
    refuse: (status, seed) =>
      [400, 413, 500, 504, 529].includes(status) ? tell(problemOfStatus(status, ''), seed) : undefined,
  };
}

function tell(problem: AnthropicProblem, seed: string): PlannedAnswer {
  const body = renderProblem(problem, requestIdOf(seed, 'vertex'));
  return jsonAnswer(problem.status, body, { headers: headersOf(seed) });
}

function headersOf(seed: string): PlannedAnswer['headers'] {
  return { ...googleHeaders, 'request-id': requestIdOf(seed, 'vertex') };
}

export function isCounter({ model }: VertexAddress): boolean {
  return model === counter;
}
