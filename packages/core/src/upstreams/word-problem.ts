import { codecOf } from '../dialects/load-codecs.ts';
import type { HeaderMap } from '../protocol/answer.ts';
import type { ProviderError } from '../protocol/chat-answer.ts';
import type { Problem } from './answer-reading.ts';
import { meantStatus } from './meant-status.ts';

const json: HeaderMap = { 'content-type': 'application/json' };

/** In OpenAI's words: callers of media have no other. */
export function wordProblem(error: ProviderError): Problem {
  const { status, body } = codecOf('openai-chat').renderError(error);
  const { retryAfter } = error;
  return {
    status: meantStatus(error),
    answer: { status, headers: json, body: Buffer.from(JSON.stringify(body)) },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
