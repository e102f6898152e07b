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
  /** Seconds. */
  #firstChunk: number | undefined;

  constructor(telemetry: Telemetry, asked: Asked, start: AttemptStart) {
    this.#telemetry = telemetry;
    this.#asked = asked;
    this.#start = start;
    const within = telemetry.safely(() => this.#open(), undefined);
    this.#span = within?.span;
    this.#isRecording = this.#span?.isRecording() === true;
    this.#startedAt = this.#isRecording ? performance.now() : 0;
    this.#passing = new Passing(telemetry, within ?? asked.within);
  }

  #open(): Within {
    const { places, spanKey, tracer } = this.#telemetry;
    const { name, within, operation, request, failed } = this.#asked;
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
    Object.assign(attributes, request);
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
    if (!isWhole) this.#firstChunk = (performance.now() - this.#startedAt) / 1000;
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
    const { error } = ending;
    const { target } = this.#start;
    const failed = error !== undefined && !isCancelled(error.code);
    if (failed) this.#asked.failed = { ...target, code: error.code };
    // All at once: calls that are recorded are few, and what is rarely run is slow.
    const { safely } = this.#telemetry;
    if (this.#isRecording) safely(() => void this.#span?.setAttributes(this.#told(ending, key)), undefined);
    if (failed) safely(() => void this.#span?.setStatus({ code: errorStatus }), undefined);
    safely(() => this.#span?.end(), undefined);
  }

  #told(ending: AttemptEnding, key: number | undefined): Attributes {
    const told: Attributes = {};
    if (this.#firstChunk !== undefined) told[genAi.firstChunk] = this.#firstChunk;
    this.#facts?.tell(told, ending.error !== undefined);
    tellUsage(told, ending.usage);
    if (key !== undefined) told[own.key] = `#${key + 1}`;
    tellError(told, ending);
    return told;
  }
}

/** Nothing went wrong there. */
function isCancelled(code: string): boolean {
  return code === 'VE_CLIENT_CLOSED' || code === 'VE_OVERTAKEN';
}

function tellError(told: Attributes, { error }: AttemptEnding): void {
  if (error === undefined) return;
  const { code, details } = error;
  if (isCancelled(code))
    told[own.cancelled] = code === 'VE_OVERTAKEN' ? 'another was faster' : 'by the caller';
  else {
    told[general.error] = code;
    if (details.upstreamStatus !== undefined) told[general.status] = details.upstreamStatus;
  }
}

/** What is estimated is told as such: no vendor has counted it. */
function tellUsage(told: Attributes, usage: Usage | undefined): void {
  if (usage === undefined) return;
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens = 0, reasoningTokens } = usage;
  told[genAi.inputTokens] = inputTokens;
  told[genAi.outputTokens] = outputTokens;
  if (cachedInputTokens > 0) told[genAi.cachedTokens] = cachedInputTokens;
  if (cacheWriteTokens > 0) told[genAi.cacheWriteTokens] = cacheWriteTokens;
  if (reasoningTokens > 0) told[genAi.reasoningTokens] = reasoningTokens;
  if (usage.isEstimated === true) told[own.isEstimated] = true;
}
