import { codecOf, loadCodecs } from '../dialects/load-codecs.ts';
import { spliceRequest } from '../dialects/openai-chat/splice-request.ts';
import { GatewayError } from '../errors.ts';
import type { Call, Dialect } from '../protocol/call.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { Clock } from '../protocol/clock.ts';
import type { RenderedRequest } from '../protocol/codec.ts';
import type { CallContext } from '../protocol/layer.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import { ChatReading } from './read-chat.ts';
import { TranslatedReading, type Translation } from './read-translated.ts';
import { VerbatimReading } from './read-verbatim.ts';
import type { Upstream } from './upstream.ts';

/** What goes to one target, and how what comes back is read. */
export interface Sending {
  readonly body: Uint8Array;
  readonly reading: AnswerReading;
}

export interface SendingParts {
  readonly upstream: Upstream;
  /** Of those that the upstream speaks, the one for this call. */
  readonly dialect: Dialect;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * The caller's own bytes where the upstream speaks the caller's dialect; else what its dialect makes of them.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` for what only translation finds wrong.
 */
export function planSending(call: Call, context: CallContext, parts: SendingParts): Sending {
  const { upstream, dialect, secrets } = parts;
  const isSame = call.dialect === dialect && !call.wantsArray && !carriesForeign(call);
  if (isSame) {
    const body = spliceRequest(call, context.target.model, upstream.takesUsageOption);
    if (call.dialect === 'openai-chat') return { body, reading: new ChatReading(call, secrets) };
    // What the answer repeats of the question is the upstream's to say: the question need not be read.
    return { body, reading: new VerbatimReading(translationOf(call, context, parts, { dropped: [] })) };
  }
  const request = call.canonical();
  refuseStored(request);
  const rendered = render(request, context.target.model, parts);
  return {
    body: Buffer.from(JSON.stringify(rendered.body)),
    reading: new TranslatedReading(
      translationOf(call, context, parts, { request, dropped: rendered.dropped }),
    ),
  };
}

const details = Buffer.from('"reasoning_details"');
const formats = ['anthropic-messages', 'gemini', 'bedrock', 'openai-responses'].map((name) =>
  Buffer.from(`"${name}"`),
);

/**
 * A client of Chat Completions gives signatures back in a field that we made, and those are for a provider of another
 * format: this one is sent the conversation without them.
 */
function carriesForeign({ dialect, bytes }: Call): boolean {
  if (dialect !== 'openai-chat') return false;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    body.includes(details) && formats.some((format) => body.includes(format)) && loadCodecs() === undefined
  );
}

/** What refers to something that another provider keeps: without it the answer would be to another question. */
const stored = ['previous_response_id', 'conversation', 'prompt', 'background'] as const;

function refuseStored({ extra }: ChatRequest): void {
  const own = extra?.['openai-responses'];
  for (const parameter of stored) {
    const value = own?.[parameter];
    if (value === undefined || value === null || value === false) continue;
    const reason =
      'the model is served by an upstream that does not keep it; send the whole conversation as input';
    throw new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
  }
}

function render(
  request: ChatRequest,
  model: string,
  { dialect, upstream: { takesUsageOption, quirks } }: SendingParts,
): RenderedRequest {
  // The meter wants to see usage, whether or not the caller does.
  const asked = { ...request, model, wantsUsage: request.stream && takesUsageOption };
  return dialect === 'openai-chat'
    ? codecOf(dialect).renderRequest(asked, quirks)
    : codecOf(dialect).renderRequest(asked);
}

function translationOf(
  call: Call,
  { request: facts }: CallContext,
  { dialect, secrets, clock }: SendingParts,
  { request, dropped }: { request?: ChatRequest; dropped: readonly string[] },
): Translation {
  const named = request ?? {
    model: call.model,
    stream: call.stream,
    wantsUsage: call.wantsUsage,
    messages: [],
  };
  return {
    upstream: codecOf(dialect),
    caller: codecOf(call.dialect),
    ...(call.wantsArray ? { renderStream: codecOf('gemini').renderArrayStream } : {}),
    streamType: dialect === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
    sentType: call.wantsArray ? 'application/json' : 'text/event-stream',
    context: {
      // The messages, which may be large, are not repeated in any answer.
      request: { ...named, model: call.model, messages: [] },
      id: facts.id.replace(/^req_/, ''),
      now: Math.floor(clock.now() / 1000),
    },
    dropped,
    secrets,
  };
}
