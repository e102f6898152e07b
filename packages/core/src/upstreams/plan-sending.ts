import { codecs } from '../dialects/codecs.ts';
import { renderArrayStream } from '../dialects/gemini/render-stream.ts';
import { openaiChat } from '../dialects/openai-chat/codec.ts';
import { spliceRequest } from '../dialects/openai-chat/splice-request.ts';
import type { Call } from '../protocol/call.ts';
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
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * The caller's own bytes where the upstream speaks the caller's dialect; else what its dialect makes of them.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID`, `VE_PARAMETER_MISSING` for what only translation finds wrong.
 */
export function planSending(call: Call, context: CallContext, parts: SendingParts): Sending {
  const { upstream, secrets } = parts;
  const isSame = call.dialect === upstream.dialect && !call.wantsArray;
  if (isSame) {
    const body = spliceRequest(call, context.target.model, upstream.takesUsageOption);
    if (call.dialect === 'openai-chat') return { body, reading: new ChatReading(call, secrets) };
    // What the answer repeats of the question is the upstream's to say: the question need not be read.
    return { body, reading: new VerbatimReading(translationOf(call, context, parts, { dropped: [] })) };
  }
  const request = call.canonical();
  const rendered = render(request, context.target.model, upstream);
  return {
    body: Buffer.from(JSON.stringify(rendered.body)),
    reading: new TranslatedReading(
      translationOf(call, context, parts, { request, dropped: rendered.dropped }),
    ),
  };
}

function render(
  request: ChatRequest,
  model: string,
  { dialect, takesUsageOption, quirks }: Upstream,
): RenderedRequest {
  // The meter wants to see usage, whether or not the caller does.
  const asked = { ...request, model, wantsUsage: request.stream && takesUsageOption };
  return dialect === 'openai-chat'
    ? openaiChat.renderRequest(asked, quirks)
    : codecs[dialect].renderRequest(asked);
}

function translationOf(
  call: Call,
  { request: facts }: CallContext,
  { upstream, secrets, clock }: SendingParts,
  { request, dropped }: { request?: ChatRequest; dropped: readonly string[] },
): Translation {
  const named = request ?? {
    model: call.model,
    stream: call.stream,
    wantsUsage: call.wantsUsage,
    messages: [],
  };
  return {
    upstream: codecs[upstream.dialect],
    caller: codecs[call.dialect],
    ...(call.wantsArray ? { renderStream: renderArrayStream } : {}),
    streamType: upstream.dialect === 'bedrock' ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
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
