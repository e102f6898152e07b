import { GatewayError } from './errors.ts';
import { type CompiledRule, searchesFor } from './guard/compile-rules.ts';
import type { Search } from './guard/find-in-text.ts';
import { Redactor } from './guard/redactor.ts';
import { restoreAnswer } from './guard/restore-answer.ts';
import type { Call } from './protocol/call.ts';
import type { Clock } from './protocol/clock.ts';
import type { Detect, DetectContext, Finding } from './protocol/finding.ts';
import type { CallContext, Layer } from './protocol/layer.ts';
import { redactCall } from './redact-call.ts';

export interface RedactionParts {
  /** Those that can hold at the target's upstream. */
  readonly rules: readonly CompiledRule[];
  /** Milliseconds that a function of the operator's may take over one text. */
  readonly timeout: number;
  readonly clock: Clock;
  /** See `DetectContext.post`. */
  readonly post: (url: string, body: unknown, signal: AbortSignal) => Promise<unknown>;
}

/** Another target may have no rule against it. */
const elsewhere = { retry: 'elsewhere', health: 'neutral', sent: false } as const;

/**
 * What must not leave is taken out of a call before it goes on, and put back into its answer where the rule says so. What
 * cannot be looked through does not leave either.
 */
export function withRedaction(parts: RedactionParts): Layer {
  const { rules } = parts;
  return (next) => async (call, context) => {
    const searches = searchesFor(rules, context.request, context.target);
    if (searches.length === 0 || isOwn(call)) return next(call, context);
    refuseUnread(call);
    const redactor = new Redactor(withTimeouts(searches, parts), contextOf(context, parts));
    let redacted: Call;
    try {
      redacted = await redactCall(call, redactor, context.target.upstream);
      await checkSaid(call, redactor);
    } catch (error) {
      tell(error, context);
      throw error;
    } finally {
      if (Object.keys(redactor.counts).length > 0) context.showRedacted(redactor.counts);
    }
    const { originals } = redactor.placeholders;
    // An answer that has placeholders in it cannot be gone on with by somebody who has others.
    if (originals.size > 0) redacted.telling = undefined;
    const answer = await next(redacted, context);
    redacted.release();
    const { dialect, wantsArray } = call;
    return originals.size === 0 ? answer : restoreAnswer(answer, originals, { dialect, wantsArray });
  };
}

/** What the gateway asks for itself: how far a job is, for a response that an upstream keeps. */
function isOwn({ stored, native }: Call): boolean {
  return stored !== undefined || (native !== undefined && native.passing === undefined);
}

function refuseUnread({ operation }: Call): void {
  if (operation !== 'native' && operation !== 'realtime') return;
  const reason = 'goes to its upstream without being read, and nothing may that was not looked through';
  throw new GatewayError('VE_REDACTION_BLOCKED', { reason }, { failure: elsewhere });
}

/** What another attempt has said already goes out with the question. */
async function checkSaid({ telling }: Call, redactor: Redactor): Promise<void> {
  if (telling === undefined || telling.said === '') return;
  const [said] = await redactor.redactTexts([['answer', telling.said]]);
  if (said === telling.said && redactor.placeholders.originals.size === 0) return;
  const reason = 'was begun elsewhere, and cannot be gone on with here';
  throw new GatewayError('VE_REDACTION_BLOCKED', { parameter: 'answer', reason }, { failure: elsewhere });
}

function tell(error: unknown, { logger, request, target }: CallContext): void {
  if (!GatewayError.isInstance(error) || error.code !== 'VE_REDACTION_FAILED') return;
  const { upstream } = target;
  // What a function of the operator's has to say may repeat what it was shown.
  const told = request.traceless === true ? {} : { error: error.cause };
  logger.error({ ...told, requestId: request.id, upstream }, 'a call could not be looked through');
}

function contextOf(context: CallContext, { post }: RedactionParts): DetectContext {
  return {
    get signal() {
      return context.signal;
    },
    post: (url, body) => post(url, body, context.signal),
  };
}

/** A function that never answers holds nobody up for longer than it may take. */
function withTimeouts(searches: readonly Search[], { clock, timeout }: RedactionParts): readonly Search[] {
  return searches.map((search) => {
    const { detect } = search;
    if (detect === undefined) return search;
    const bounded: Detect = (text, context) => {
      const found = detect(text, context);
      if (!(found instanceof Promise)) return found;
      const { promise, resolve, reject } = Promise.withResolvers<readonly Finding[]>();
      const timer = clock.setTimeout(() => reject(new Error(`no answer in ${timeout} ms`)), timeout);
      found.then(resolve, reject);
      return promise.finally(() => clock.clearTimeout(timer));
    };
    return { ...search, detect: bounded };
  });
}
