import type { JsonObject } from '../../wire/read-json.ts';
import type { ResponseAnswer } from './answer-response.ts';
import { obfuscate, playItems } from './play-items.ts';

const reasons: Readonly<Record<string, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/**
 * The events of a response, numbered from 0; the last one has the whole response. Nothing is made before it is read.
 * A script can end it with `failed`, as no other vendor's answers end.
 */
export function* renderResponseEvents(answer: ResponseAnswer): Generator<JsonObject> {
  let count = 0;
  const number = ({ type, ...rest }: JsonObject): JsonObject => {
    const obfuscation =
      answer.wantsObfuscation && String(type).endsWith('.delta')
        ? { obfuscation: obfuscate(answer.seed, count) }
        : {};
    const event = { type, sequence_number: count, ...rest, ...obfuscation };
    count += 1;
    return event;
  };
  const { head } = answer;
  if (answer.isBackground) {
    yield number({ type: 'response.queued', response: { ...head, status: 'queued' } });
  }
  yield number({ type: 'response.created', response: head });
  yield number({ type: 'response.in_progress', response: head });
  const output: JsonObject[] = [];
  for (const step of playItems(answer)) {
    if (step.type === 'done') output.push(step.item);
    if (step.type !== 'finish') {
      yield number(step.event);
      continue;
    }
    const reason = reasons[step.part.reason];
    const status =
      reason !== undefined ? 'incomplete' : step.part.reason === 'failed' ? 'failed' : 'completed';
    const response = {
      ...head,
      status,
      error: status === 'failed' ? { code: 'server_error', message: failure } : null,
      incomplete_details: reason === undefined ? null : { reason },
      output,
      service_tier: head.service_tier === 'auto' ? 'default' : head.service_tier,
      usage: answer.usage(step.part.tokens),
    };
    yield number({ type: `response.${status}`, response });
  }
}

const failure =
  'The server had an error processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if you keep seeing this error.';

export function toResponseEvent(event: JsonObject): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** An error in a stream that has begun. `body` takes the place of OpenAI's own words. */
export function writeResponseError(body: unknown, afterEvents: number): string {
  const own = {
    type: 'error',
    code: 'server_error',
    message: failure,
    param: null,
    sequence_number: afterEvents,
  };
  return `event: error\ndata: ${JSON.stringify(body ?? own)}\n\n`;
}
