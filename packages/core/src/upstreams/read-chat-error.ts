import { parseError, renderError } from '../dialects/openai-chat/convert-error.ts';
import { objectOf, optional, parseJson } from '../dialects/shared/read.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ProblemKind } from '../protocol/chat-answer.ts';
import type { Problem } from './answer-reading.ts';
import { meantStatus } from './meant-status.ts';

/** What callers act upon, by OpenAI's status and code for it; or what is not for them: the gateway's own key. */
const telling: ReadonlySet<ProblemKind> = new Set(['authentication', 'context-length', 'model-not-found']);

/**
 * An error of a server that speaks one of OpenAI's formats. It passes as it came, save where a member of the family says in words
 * of its own what callers know by OpenAI's: DeepSeek's 400 for a model that is not there, vLLM's code 400 for a prompt
 * that is too long, xAI's 400 for a wrong key. Then status and code are OpenAI's, and all else stays.
 */
export function readChatError(status: number, headers: HeaderMap, body: Buffer): Problem {
  const raw = objectOf(parseJson(body.toString('utf8')));
  const answer = { status, headers, body };
  if (raw === undefined || status < 400) return { status, answer };
  const problem = parseError(status, headers, raw);
  // What the headers say of it is read from them, by the gateway's own clock.
  const isInHeaders = 'retry-after' in headers || 'retry-after-ms' in headers;
  const wait = optional('retryAfter', isInHeaders ? undefined : problem.retryAfter);
  const asItCame: Problem = { status: meantStatus(problem), answer, ...wait };
  if (!telling.has(problem.kind)) return asItCame;
  const worded = renderError(problem);
  const [given, ours] = [objectOf(raw['error']), objectOf(worded.body['error'])];
  if (worded.status === status && given?.['code'] === ours?.['code']) return asItCame;
  const told = { ...raw, error: { ...given, ...ours } };
  return {
    status: worded.status,
    answer: { status: worded.status, headers, body: Buffer.from(JSON.stringify(told)) },
    ...wait,
  };
}
