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
  const headersFor = makeHeaders(upstream);

  function send(call: Call, context: CallContext, key: Key): Promise<Answer> {
    const { model } = context.target;
    const path = upstream.path(call.operation, model);
    if (path === undefined) return Promise.reject(unsupported(call.model));
    const receiver = new AnswerReceiver(call, context, { upstream, key: key.value, clock });
    context.onSettled(({ error }) => restKey(keys, key, error));
    const answer = receiver.answer();
    if (context.aborted !== undefined) return answer;
    const body = renderRequest(call, model, upstream.takesUsageOption);
    try {
      egress.dispatch(upstream, { path, headers: headersFor(call, key.value), body }, receiver);
    } catch (error) {
      receiver.fail(error);
    }
    if (!receiver.started) context.enter('connect');
    return answer;
  }

  return (call, context) => {
    const key = keys.take();
    if (!(key instanceof Promise)) return send(call, context, key);
    return key.then(
      (taken) => send(call, context, taken),
      (error) => failKey(context, error),
    );
  };
}

function unsupported(model: string): GatewayError {
  const failure = { retry: 'elsewhere', health: 'neutral', sent: false } as const;
  return new GatewayError('VE_OPERATION_UNSUPPORTED', { model }, { failure });
}

/** The request's headers; those that are the same for every call are put together once. */
function makeHeaders(upstream: Upstream): (call: Call, key: string | undefined) => string[] {
  const base = Object.entries({
    ...upstream.headers,
    'content-type': 'application/json',
    // What is compressed on the way cannot be metered on the way.
    'accept-encoding': 'identity',
  }).flat();
  let lastKey: string | undefined;
  let whole = base.concat('accept', 'application/json');
  let streamed = base.concat('accept', 'text/event-stream');
  return (call, key) => {
    if (key !== lastKey) {
      const credentials = key === undefined ? [] : upstream.authorize(key);
      whole = base.concat('accept', 'application/json', credentials);
      streamed = base.concat('accept', 'text/event-stream', credentials);
      lastKey = key;
    }
    const common = call.stream ? streamed : whole;
    // What the operator set is not the caller's to add to.
    const own = Object.entries(call.headers).filter(([name]) => !(name in upstream.headers));
    return own.length === 0 ? common : common.concat(own.flat());
  };
}

/** A key that was refused, or is over its limit, is left alone for a while. */
function restKey(keys: KeyRing, key: Key, error: GatewayError | undefined): void {
  const trouble = error?.failure?.key;
  if (trouble === undefined) return;
  const asked = trouble.problem === 'refused' ? restAfterRefusal : (trouble.coolFor ?? restAfterLimit);
  keys.rest(key, trouble.problem, Math.min(asked, longestRest));
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
