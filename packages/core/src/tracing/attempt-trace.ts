import type { Answer } from '../protocol/answer.ts';
import type { AttemptEnding, AttemptStart, AttemptTrace } from '../protocol/trace.ts';
import type { Usage } from '../protocol/usage.ts';
import { watchStream } from '../stream/watch-stream.ts';
import { type Attributes, errorStatus, type Span, spanKinds } from './open-telemetry.ts';
import { Passing } from './pass-on.ts';
import { AnswerFacts } from './read-answer-facts.ts';
import { genAi, general, own } from './semantic-names.ts';
import type { Asked, Telemetry } from './telemetry.ts';
import { Within } from './within.ts';

/** The span of one attempt at one target: what the convention calls a client's. */
export class OpenAttemptTrace implements AttemptTrace {
  readonly #telemetry: Telemetry;
  readonly #asked: Asked;
  readonly #start: AttemptStart;
  readonly #passing: Passing;
  readonly #span: Span | undefined;
  readonly #isRecording: boolean;
  /** Milliseconds, by `performance.now()`. */
  readonly #startedAt: number;
  #facts: AnswerFacts | undefined;

  constructor(telemetry: Telemetry, asked: Asked, start: AttemptStart) {
    this.#telemetry = telemetry;
    this.#asked = asked;
    this.#start = start;
    const within = telemetry.safely(() => this.#open(), undefined);
    this.#span = within?.span;
    this.#isRecording = this.#span?.isRecording() === true;
    this.#startedAt = this.#isRecording ? performance.now() : 0;
    this.#passing = new Passing(telemetry, within ?? asked.within);
    if (this.#isRecording && asked.request !== undefined) this.#set(asked.request);
  }

  #open(): Within {
    const { places, spanKey, tracer } = this.#telemetry;
    const { name, within, operation, failed } = this.#asked;
    const { target, attempt, isContinuation } = this.#start;
    const place = places.get(target.upstream);
    const attributes: Attributes = {
      [genAi.operation]: name,
      [genAi.provider]: place?.provider ?? target.upstream,
      [genAi.model]: target.model,
      [own.operation]: operation ?? name,
      [own.upstream]: target.upstream,
      [own.attempt]: attempt,
    };
    if (place !== undefined) {
      attributes[general.address] = place.address;
      attributes[general.port] = place.port;
    }
    if (attempt > 1) attributes[own.reason] = this.#reason(isContinuation);
    if (attempt > 1 && failed !== undefined) attributes[own.after] = failed.code;
    const wish = { kind: spanKinds.client, attributes };
    return new Within(spanKey, within, tracer.startSpan(`${name} ${target.model}`, wish, within));
  }

  /** Of two that are under way at once, the first has not failed. */
  #reason(isContinuation: boolean): string {
    const { failed } = this.#asked;
    const { upstream, model } = this.#start.target;
    if (isContinuation) return 'continuation';
    if (failed === undefined) return 'hedge';
    return failed.upstream === upstream && failed.model === model ? 'retry' : 'failover';
  }

  passOn(headers: string[]): string[] {
    return this.#passing.passOn(headers);
  }

  quietly(send: () => void): void {
    this.#passing.quietly(send);
  }

  answered(answer: Answer): Answer {
    if (!this.#isRecording) return answer;
    const isWhole = answer.body instanceof Uint8Array;
    if (!isWhole) this.#set({ [genAi.firstChunk]: (performance.now() - this.#startedAt) / 1000 });
    // A traceless call is not looked at.
    if (this.#asked.request === undefined) return answer;
    const facts = new AnswerFacts(answer.headers['content-type'] ?? '');
    this.#facts = facts;
    const { body } = answer;
    if (body instanceof Uint8Array) {
      facts.whole(body);
      return answer;
    }
    if (!facts.isStream) return answer;
    const see = (chunk: Uint8Array): undefined => facts.piece(chunk);
    return { ...answer, body: watchStream(body, { see, end: () => undefined }) };
  }

  settled(ending: AttemptEnding, key: number | undefined): void {
    const { error, usage } = ending;
    const { target } = this.#start;
    if (error !== undefined && !isCancelled(error.code)) this.#asked.failed = { ...target, code: error.code };
    if (this.#isRecording) {
      const facts = this.#facts?.attributes(error !== undefined) ?? {};
      this.#set({ ...facts, ...usageAttributes(usage), ...keyOf(key), ...errorOf(ending) });
    }
    const failed = error !== undefined && !isCancelled(error.code);
    this.#telemetry.safely(() => {
      if (failed) this.#span?.setStatus({ code: errorStatus });
      this.#span?.end();
    }, undefined);
  }

  #set(attributes: Attributes): void {
    this.#telemetry.safely(() => void this.#span?.setAttributes(attributes), undefined);
  }
}

/** Nothing went wrong there. */
function isCancelled(code: string): boolean {
  return code === 'VE_CLIENT_CLOSED' || code === 'VE_OVERTAKEN';
}

function errorOf({ error }: AttemptEnding): Attributes {
  if (error === undefined) return {};
  const { code, details } = error;
  if (isCancelled(code))
    return { [own.cancelled]: code === 'VE_OVERTAKEN' ? 'another was faster' : 'by the caller' };
  const status = details.upstreamStatus;
  return { [general.error]: code, ...(status === undefined ? {} : { [general.status]: status }) };
}

function keyOf(key: number | undefined): Attributes {
  return key === undefined ? {} : { [own.key]: `#${key + 1}` };
}

/** What is estimated is told as such: no vendor has counted it. */
function usageAttributes(usage: Usage | undefined): Attributes {
  if (usage === undefined) return {};
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens = 0, reasoningTokens } = usage;
  return {
    [genAi.inputTokens]: inputTokens,
    [genAi.outputTokens]: outputTokens,
    ...(cachedInputTokens === 0 ? {} : { [genAi.cachedTokens]: cachedInputTokens }),
    ...(cacheWriteTokens === 0 ? {} : { [genAi.cacheWriteTokens]: cacheWriteTokens }),
    ...(reasoningTokens === 0 ? {} : { [genAi.reasoningTokens]: reasoningTokens }),
    ...(usage.isEstimated === true ? { [own.isEstimated]: true } : {}),
  };
}
