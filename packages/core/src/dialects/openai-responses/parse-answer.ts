import { GatewayError } from '../../errors.ts';
import type { AnswerHead, ChatAnswer, Logprob } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import {
  isList,
  isObject,
  listOf,
  numberOf,
  optional,
  protocolError,
  restOf,
  wordOf,
} from '../shared/read.ts';
import { checkItem } from './check-said.ts';
import { parseFailure } from './convert-error.ts';
import { parseLogprobs } from './convert-logprobs.ts';
import { parseUsage } from './convert-usage.ts';
import { parseFinish } from './map-finish-reason.ts';
import { extraOf } from './own-extra.ts';
import { parseOutputItem } from './parse-output.ts';

/** What an answer repeats of its question, and what the vocabulary has words for: the rest is kept. */
const known = [
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'error',
  'incomplete_details',
  'model',
  'output',
  'output_text',
  'usage',
  'service_tier',
  'access_programs',
  'background',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
];

export function parseAnswer(body: JsonObject): ChatAnswer {
  if (!isList(body['output']) && body['status'] !== 'failed') throw protocolError('the answer has no output');
  if (body['status'] === 'failed' || isObject(body['error'])) throw failed(body);
  const content: AssistantBlock[] = [];
  const logprobs: Logprob[] = [];
  for (const value of listOf(body['output'])) {
    const item = checkItem(value);
    if (item === undefined) continue;
    const place = { previous: content.at(-1), block: content.length, isRepeated: false };
    content.push(...parseOutputItem(item, place));
    logprobs.push(...logprobsOf(item));
  }
  const finish = parseFinish(
    body,
    content.map(({ type }) => type),
  );
  return {
    ...parseHead(body),
    choices: [{ index: 0, content, finish, ...(logprobs.length === 0 ? {} : { logprobs }) }],
    ...optional('usage', parseUsage(body['usage'], body['output'])),
  };
}

export function parseHead(body: JsonObject): AnswerHead {
  return {
    ...optional('id', wordOf(body['id'])),
    ...optional('model', wordOf(body['model'])),
    ...optional('created', numberOf(body['created_at'])),
    ...optional('serviceTier', wordOf(body['service_tier'])),
    ...extraOf(restOf(body, known)),
  };
}

function logprobsOf(item: JsonObject): Logprob[] {
  if (item['type'] !== 'message') return [];
  return listOf(item['content'])
    .filter(isObject)
    .flatMap((part) => parseLogprobs(part['logprobs']));
}

/** A status of 200 around a failure: nobody may take it for an answer. */
function failed(body: JsonObject): GatewayError {
  const { message, status, kind } = parseFailure(body);
  const isOurs = kind === 'invalid-request' || kind === 'context-length' || kind === 'content-filter';
  return new GatewayError(
    'VE_UPSTREAM_STATUS',
    { reason: message, upstreamStatus: status },
    { failure: { retry: 'elsewhere', health: isOurs ? 'neutral' : 'failure', sent: true } },
  );
}
