import { GatewayError, toGatewayError } from '../errors.ts';
import type { Answer, HeaderMap } from '../protocol/answer.ts';
import type { Call, Dialect } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { CallContext, Send } from '../protocol/layer.ts';
import type { Egress } from './egress.ts';
import { Secrets } from './hide-secrets.ts';
import type { Key, KeyRing } from './key-ring.ts';
import { planSending } from './plan-sending.ts';
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
  const partsOf = rememberKeys(upstream);

  function send(call: Call, context: CallContext, key: Key): Promise<Answer> {
    const dialect = dialectFor(call, upstream);
    const path = upstream.path(call.operation, context.target.model, { stream: call.stream, dialect });
    if (path === undefined) return Promise.reject(unsupported(call.model));
    const parts = partsOf(key.value);
    const { body, reading } = planSending(call, context, {
      upstream,
      dialect,
      secrets: parts.secrets,
      clock,
    });
    const receiver = new AnswerReceiver(context, { reading, secrets: parts.secrets, clock });
    context.onSettled(({ error }) => restKey(keys, key, error));
    const answer = receiver.answer();
    if (context.aborted !== undefined) return answer;
    try {
      egress.dispatch(upstream, { path, headers: parts.headers(call, dialect), body }, receiver);
    } catch (error) {
      receiver.fail(error);
    }
    if (!receiver.started) context.enter('connect');
    return answer;
  }

  return (call, context) => {
    const key = keys.take();
    if (!(key instanceof Promise)) return attempt(() => send(call, context, key));
    return key.then(
      (taken) => send(call, context, taken),
      (error) => failKey(context, error),
    );
  };
}

/** What a send throws before it has sent anything, a call that cannot be translated say, is a rejection like any other. */
function attempt(start: () => Promise<Answer>): Promise<Answer> {
  try {
    return start();
  } catch (error) {
    return Promise.reject(toGatewayError(error));
  }
}

/** The caller's own where the upstream speaks it. */
function dialectFor(call: Call, { dialect, alsoSpeaks }: Upstream): Dialect {
  return alsoSpeaks.includes(call.dialect) ? call.dialect : dialect;
}

function unsupported(model: string): GatewayError {
  const failure = { retry: 'elsewhere', health: 'neutral', sent: false } as const;
  return new GatewayError('VE_OPERATION_UNSUPPORTED', { model }, { failure });
}

/** What is the same for every call with one key, put together once. */
class KeyParts {
  readonly secrets: Secrets;
  readonly #upstream: Upstream;
  readonly #whole: string[];
  readonly #streamed: string[];

  constructor(upstream: Upstream, key: string | undefined) {
    this.secrets = new Secrets(upstream, key);
    this.#upstream = upstream;
    const common = Object.entries({
      ...upstream.headers,
      'content-type': 'application/json',
      // What is compressed on the way cannot be metered on the way.
      'accept-encoding': 'identity',
    }).flat();
    if (key !== undefined) common.push(...upstream.authorize(key));
    this.#whole = [...common, 'accept', 'application/json'];
    this.#streamed = [...common, 'accept', 'text/event-stream'];
  }

  /** The request's headers: names and values in turn. */
  headers(call: Call, spoken: Dialect): string[] {
    const common = call.stream ? this.#streamed : this.#whole;
    const { headers, defaultHeaders } = this.#upstream;
    const own = Object.entries({
      ...defaultHeaders,
      ...(call.dialect === spoken ? call.headers : tracing(call.headers)),
    });
    // What the operator set is not the caller's to add to.
    const added = own.filter(([name]) => !(name in headers));
    return added.length === 0 ? common : common.concat(added.flat());
  }
}

/** What is said in one vendor's headers means nothing to another. */
function tracing({ traceparent, tracestate }: HeaderMap): HeaderMap {
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}

/** A function may return a new key every time. */
const keysRemembered = 64;

function rememberKeys(upstream: Upstream): (key: string | undefined) => KeyParts {
  const known = new Map<string | undefined, KeyParts>();
  return (key) => {
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    if (known.size >= keysRemembered) known.clear();
    const parts = new KeyParts(upstream, key);
    known.set(key, parts);
    return parts;
  };
}

/** A key that was refused, or is over its limit, is left alone for a while. */
function restKey(keys: KeyRing, key: Key, error: GatewayError | undefined): void {
  const trouble = error?.failure?.key;
  if (trouble === undefined) return;
  const asked = trouble.coolFor ?? (trouble.problem === 'refused' ? restAfterRefusal : restAfterLimit);
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
