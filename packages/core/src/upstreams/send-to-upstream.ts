import { estimateInput } from '../dialects/estimate-input.ts';
import { GatewayError } from '../errors.ts';
import type { Call, Dialect, NativeRequest } from '../protocol/call.ts';
import { type Clock, wallTime } from '../protocol/clock.ts';
import type { CallContext, Send } from '../protocol/layer.ts';
import { addressOf, pathOf } from './address-call.ts';
import { digestKey } from './digest-key.ts';
import type { Egress, Outgoing } from './egress.ts';
import type { Key, KeyRing } from './key-ring.ts';
import { planSending } from './plan-sending.ts';
import { prepareHeaders } from './prepare-headers.ts';
import { AnswerReceiver } from './receive-answer.ts';
import type { Sending, SendingParts } from './sending.ts';
import type { Estimate } from './settle-usage.ts';
import { takeProof } from './take-proof.ts';
import { dialectOf, type Signer, type Upstream } from './upstream.ts';

/** Milliseconds that a key rests when the upstream does not say for how long. */
const restAfterRefusal = 60_000;
const restAfterLimit = 2_000;
/** The longest rest, whatever the upstream says: once a minute it is worth a look. */
const longestRest = 60_000;

export interface SendParts extends Pick<SendingParts, 'turns' | 'isStrict' | 'hasOtherKeepers' | 'files'> {
  readonly upstream: Upstream;
  readonly keys: KeyRing;
  readonly egress: Egress;
  readonly clock: Clock;
}

/** The innermost send: picks a key, renders the request for this upstream, and receives the answer. */
export function sendToUpstream(parts: SendParts): Send {
  const { upstream, keys, egress, clock } = parts;
  const prepared = prepareHeaders(upstream);

  /** Waits for what is a promise only: the request of a caller that needs neither leaves at once. */
  return async (call, context) => {
    const taken = takeProof(upstream, keys, call);
    const proof = taken instanceof Promise ? await taken.catch(failKey(context)) : taken;
    const { model } = context.target;
    const dialect = dialectFor(call, upstream, model);
    const path = pathOf(call, { upstream, model, dialect });
    if (path === undefined) throw unsupported(call.model);
    const { secrets, headersOf } = prepared(proof);
    const planned = planSending(call, context, { ...parts, dialect, secrets });
    const sending = planned instanceof Promise ? await whileWanted(planned, context) : planned;
    const { body, reading, content } = sending;
    const url = call.native?.url;
    const isElsewhere = url !== undefined && url.origin !== upstream.origin;
    const { trace } = context;
    const own = isElsewhere ? plainHeaders(call.native) : headersOf(call, dialect, content);
    const headers = trace === undefined || isElsewhere ? own : trace.passOn(own);
    const unsigned = { ...addressOf(call, path, { upstream, model, dialect, sending }), headers, body };
    const { signer } = proof;
    const outgoing =
      signer === undefined || isElsewhere
        ? unsigned
        : await sign(unsigned, upstream, { signer, clock }).catch(failKey(context));
    if (call.beforeSending !== undefined)
      await whileWanted(
        call.beforeSending(context.target, digestKey(proof.key.value), reading.dropped),
        context,
      );
    const estimate = estimateOf(call, body);
    const receiver = new AnswerReceiver(context, {
      reading,
      secrets,
      clock,
      keys,
      estimate,
      key: proof.key,
    });
    keys.began(proof.key);
    context.showKey(proof.key.index);
    context.onSettled(({ error }) => {
      keys.ended(proof.key);
      // Elsewhere it was not shown, and nothing that is said there is about it.
      if (!isElsewhere) restKey(keys, proof.key, error);
    });
    const answer = receiver.answer();
    if (context.aborted !== undefined) return answer;
    try {
      if (trace === undefined) egress.dispatch(upstream, outgoing, receiver, url);
      else trace.quietly(() => egress.dispatch(upstream, outgoing, receiver, url));
    } catch (error) {
      receiver.fail(error);
    }
    if (!receiver.started) context.enter('connect');
    return answer;
  };
}

/** Undefined for what is not billed by the token. */
function estimateOf({ operation, stored, native }: Call, body: Sending['body']): Estimate | undefined {
  const writes = operation === 'chat' || operation === 'completions';
  if (!writes && operation !== 'embeddings') return undefined;
  if (stored !== undefined || native !== undefined || !(body instanceof Uint8Array)) return undefined;
  return { input: estimateInput(body), writes };
}

/** Waits for what is looked up in a store, which may take its time, no longer than the attempt lasts. */
function whileWanted<Result>(lookup: Promise<Result>, context: CallContext): Promise<Result> {
  return new Promise((resolve, reject) => {
    context.onAbort(reject);
    lookup.then(resolve, reject);
  });
}

/** In which a call goes to an upstream: the caller's own where the upstream speaks it. */
export function dialectFor(call: Call, upstream: Upstream, model: string): Dialect {
  const { alsoSpeaks } = upstream;
  if (alsoSpeaks.includes(call.dialect)) return call.dialect;
  const usual = dialectOf(upstream, model);
  if (call.operation !== 'count-tokens') return usual;
  // Not every format has a way to count.
  const counts = (dialect: Dialect): boolean =>
    upstream.path('count-tokens', model, { stream: false, dialect }) !== undefined;
  return [usual, ...alsoSpeaks].find(counts) ?? usual;
}

/** Whoever has the files of an upstream is told nothing else. */
function plainHeaders(native: NativeRequest | undefined): string[] {
  const headers = { accept: '*/*', 'accept-encoding': 'identity', ...native?.headers };
  return Object.entries(headers).flat();
}

/** With what the signer says of it. */
export async function sign(
  unsigned: Outgoing,
  { origin }: Upstream,
  { signer, clock }: { readonly signer: Signer; readonly clock: Clock },
): Promise<Outgoing> {
  const { method, path, headers, body } = unsigned;
  if (!(body instanceof Uint8Array)) throw new TypeError('a body that flows cannot be signed');
  const url = origin + path;
  const signature = await signer.sign({ method, url, headers: byName(headers), body, now: wallTime(clock) });
  return { ...unsigned, headers: [...headers, ...Object.entries(signature).flat()] };
}

/** Of names and values in turn. */
function byName(headers: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  for (let index = 0; index < headers.length; index += 2)
    named[headers[index] ?? ''] = headers[index + 1] ?? '';
  return named;
}

export function unsupported(model: string): GatewayError {
  const failure = { retry: 'elsewhere', health: 'neutral', sent: false } as const;
  return new GatewayError('VE_OPERATION_UNSUPPORTED', { model }, { failure });
}

/** A key that was refused, or is over its limit, is left alone for a while. */
export function restKey(keys: KeyRing, key: Key, error: GatewayError | undefined): void {
  const trouble = error?.failure?.key;
  if (trouble === undefined) return;
  const asked = trouble.coolFor ?? (trouble.problem === 'refused' ? restAfterRefusal : restAfterLimit);
  keys.rest(key, trouble.problem, Math.min(asked, longestRest));
}

/** The operator's function failed, or the signature did: another target may still do. */
export function failKey(context: CallContext): (cause: unknown) => never {
  return (cause) => {
    const { upstream } = context.target;
    const failure = { retry: 'elsewhere', health: 'neutral', sent: false } as const;
    const error = new GatewayError('VE_UPSTREAM_KEY', { upstream }, { cause, failure });
    context.settle({ health: 'neutral', error });
    throw error;
  };
}
