import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import {
  DELTA_TEXT,
  STREAM_CHUNK,
  STREAM_CLOSING,
  STREAM_OPENING,
  streamHead,
  USAGE,
} from '../upstream-answers.ts';
import { encodeAwsEvent } from './encode-aws-event.ts';

/** A streamed answer of one format, in the sizes that its vendor's have. One event is one HTTP chunk. */
export interface WireStream {
  /** Headers and all up to and with the first delta. */
  readonly opening: Buffer;
  /** Each with one more delta of the same text; to be sent in turn. */
  readonly chunks: readonly Buffer[];
  readonly closing: Buffer;
}

const MODEL = 'bench-model-upstream';
const BODY_END = Buffer.from('0\r\n\r\n');

type Event = string | Buffer;

interface Events {
  readonly type: string;
  /** Up to and with the first delta. */
  readonly before: readonly Event[];
  /** Further deltas; by default the first one again. */
  readonly deltas?: readonly Event[];
  readonly after: readonly Event[];
}

function wireStream({ type, before, deltas = before.slice(-1), after }: Events): WireStream {
  return {
    opening: Buffer.concat([Buffer.from(streamHead(type)), ...before.map(httpChunk)]),
    chunks: deltas.map(httpChunk),
    closing: Buffer.concat([...after.map(httpChunk), BODY_END]),
  };
}

function httpChunk(event: Event): Buffer {
  const bytes = Buffer.from(event);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

const SSE = 'text/event-stream; charset=utf-8';
const named = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

function anthropic(): WireStream {
  const message = {
    id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: USAGE.prompt_tokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 1,
    },
  };
  return wireStream({
    type: SSE,
    before: [
      named('message_start', { message }),
      named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      named('ping', {}),
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: DELTA_TEXT } }),
    ],
    after: [
      named('content_block_stop', { index: 0 }),
      named('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: USAGE.completion_tokens },
      }),
      named('message_stop', {}),
    ],
  });
}

function geminiEvent(tokens: number, candidate: object): string {
  const chunk = {
    candidates: [{ content: { parts: [{ text: DELTA_TEXT }], role: 'model' }, index: 0, ...candidate }],
    usageMetadata: {
      promptTokenCount: USAGE.prompt_tokens,
      candidatesTokenCount: tokens,
      totalTokenCount: USAGE.prompt_tokens + tokens,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: USAGE.prompt_tokens }],
    },
    modelVersion: MODEL,
    responseId: 'kZw5aYfWBKuIvdIPmvuB4AM',
  };
  return `data: ${JSON.stringify(chunk)}\r\n\r\n`;
}

/** Google repeats the usage in every event, and it grows. */
function gemini(): WireStream {
  const growing = Array.from({ length: USAGE.completion_tokens }, (_, index) => geminiEvent(index + 1, {}));
  const last = geminiEvent(USAGE.completion_tokens, {
    content: { parts: [{ text: '' }] },
    finishReason: 'STOP',
  });
  return wireStream({ type: SSE, before: growing.slice(0, 1), deltas: growing, after: [last] });
}

const amazonEvent = (type: string, fields: object): Buffer =>
  encodeAwsEvent(type, { ...fields, p: 'abcdefghijklmnop' });

function bedrock(): WireStream {
  const usage = {
    inputTokens: USAGE.prompt_tokens,
    outputTokens: USAGE.completion_tokens,
    totalTokens: USAGE.total_tokens,
  };
  return wireStream({
    type: 'application/vnd.amazon.eventstream',
    before: [
      amazonEvent('messageStart', { role: 'assistant' }),
      amazonEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text: DELTA_TEXT } }),
    ],
    after: [
      amazonEvent('contentBlockStop', { contentBlockIndex: 0 }),
      amazonEvent('messageStop', { stopReason: 'end_turn' }),
      amazonEvent('metadata', { metrics: { latencyMs: 1 }, usage }),
    ],
  });
}

/** Its last events do not repeat the text: how much there was is not known here. */
function responses(): WireStream {
  const response = {
    id: 'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
    object: 'response',
    created_at: 1_795_000_000,
    status: 'in_progress',
    model: MODEL,
    output: [],
    usage: null,
  };
  const item = { id: 'msg_67ccd2bf17f0819081ff3bb2cf6508e6', type: 'message', role: 'assistant' };
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
  let number = 0;
  const event = (type: string, fields: object): string =>
    named(`response.${type}`, { sequence_number: number++, ...fields });
  const delta = { ...place, delta: DELTA_TEXT, logprobs: [], obfuscation: 'a1B2c3D4e5F6' };
  const done = { ...item, status: 'completed', content: [part] };
  const usage = {
    input_tokens: USAGE.prompt_tokens,
    output_tokens: USAGE.completion_tokens,
    total_tokens: USAGE.total_tokens,
  };
  return wireStream({
    type: SSE,
    before: [
      event('created', { response }),
      event('in_progress', { response }),
      event('output_item.added', { output_index: 0, item: { ...item, status: 'in_progress', content: [] } }),
      event('content_part.added', { ...place, part }),
      event('output_text.delta', delta),
    ],
    after: [
      event('output_text.done', { ...place, text: '', logprobs: [] }),
      event('content_part.done', { ...place, part }),
      event('output_item.done', { output_index: 0, item: done }),
      event('completed', { response: { ...response, status: 'completed', output: [done], usage } }),
    ],
  });
}

export const WIRE_STREAMS: Readonly<Record<ChatDialect, WireStream>> = {
  'openai-chat': { opening: STREAM_OPENING, chunks: [STREAM_CHUNK], closing: STREAM_CLOSING },
  'openai-responses': responses(),
  'anthropic-messages': anthropic(),
  gemini: gemini(),
  bedrock: bedrock(),
};

/** Headers, so many deltas, and the end. */
export function wholeStream({ opening, chunks, closing }: WireStream, deltas: number): Buffer {
  const more = Array.from({ length: deltas - 1 }, (_, index) => chunks[index % chunks.length] ?? opening);
  return Buffer.concat([opening, ...more, closing]);
}
