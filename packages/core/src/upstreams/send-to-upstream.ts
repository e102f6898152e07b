import { renderRequest } from '../dialects/openai-chat/render-request.ts';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { CallContext, Send } from '../protocol/layer.ts';
import type { Egress } from './egress.ts';
import type { Key, KeyRing } from './key-ring.ts';
import { AnswerReceiver } from './receive-answer.ts';
import type { Upstream } from './upstream.ts';

/** Milliseconds that a key rests when the upstream does not say for how long. */
const restAfterRefusal = 60_000;
const restAfterLimit = 2_000;
/** The longest rest, whatever the upstream says: once a minute it is worth a look. */
const longestRest = 60_000;

export interface SendParts {
  readonly upstream: Upstream;
  readonly keys: KeyRing;
  readonly egress: Egress;
  readonly clock: Clock;
}

/** The innermost send: picks a key, renders the request for this upstream, and receives the answer. */
export function sendToUpstream({ upstream, keys, egress, clock }: SendParts): Send {
  const fixedHeaders = Object.entries({
    ...upstream.headers,
    'content-type': 'application/json',
    // What is compressed on the way cannot be metered on the way.
    'accept-encoding': 'identity',
  }).flat();

  function send(call: Call, context: CallContext, key: Key): Promise<Answer> {
    const { model } = context.target;
    const path = upstream.path(call.operation, model);
    if (path === undefined)
      return Promise.reject(new GatewayError('VE_OPERATION_UNSUPPORTED', { model: call.model }));
    const receiver = new AnswerReceiver(call, context, { upstream, key: key.value, clock });
    const answer = receiver.answer();
    if (context.aborted !== undefined) return answer;
    const headers = [...fixedHeaders, 'accept', call.stream ? 'text/event-stream' : 'application/json'];
    for (const name in call.headers) headers.push(name, call.headers[name] ?? '');
    if (key.value !== undefined) headers.push(...upstream.authorize(key.value));
    const body = renderRequest(call, model, upstream.takesUsageOption);
    try {
      egress.dispatch(upstream, { path, headers, body }, receiver);
    } catch (error) {
      receiver.fail(error);
    }
    if (!receiver.started) context.enter('connect');
    return answer;
  }

  return async (call, context) => {
    const taken = keys.take();
    const key = taken instanceof Promise ? await taken.catch((error) => failKey(context, error)) : taken;
    try {
      return await send(call, context, key);
    } catch (error) {
      const problem = GatewayError.isInstance(error) ? error.failure?.key : undefined;
      if (problem?.problem === 'refused') keys.rest(key, 'refused', restAfterRefusal);
      if (problem?.problem === 'limited')
        keys.rest(key, 'limited', Math.min(problem.coolFor ?? restAfterLimit, longestRest));
      throw error;
    }
  };
}

/** The operator's key function failed: another target may still do. */
function failKey(context: CallContext, cause: unknown): never {
  const { upstream } = context.target;
  const error = new GatewayError(
    'VE_UPSTREAM_KEY',
    { upstream },
    { cause, failure: { retry: 'elsewhere', health: 'neutral', sent: false } },
  );
  context.settle({ health: 'neutral', error });
  throw error;
}
