import type { Recording } from '@vector-engine/testing';
import { encodeAwsEvent } from '../../bench/translation/encode-aws-event.ts';

const sse = { 'content-type': 'text/event-stream' };

function chatChunk(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const event = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** Deltas of the only choice of Chat Completions; its end is a tool's if one of them calls it. */
export function chatEvents(deltas: readonly object[]): Recording {
  const hasCalls = deltas.some((delta) => 'tool_calls' in delta);
  const chunks = [
    chatChunk({ role: 'assistant', content: '' }, null),
    ...deltas.map((delta) => chatChunk(delta, null)),
    chatChunk({}, hasCalls ? 'tool_calls' : 'stop'),
  ];
  return { headers: sse, body: `${chunks.join('')}data: [DONE]\n\n` };
}

interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A message of Anthropic's with one block. */
export function messagesEvents(block: Block, deltas: readonly object[]): Recording {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage };
  const reason = block.type === 'tool_use' ? 'tool_use' : 'end_turn';
  const events: readonly (readonly [type: string, fields: object])[] = [
    ['message_start', { message: { ...message, stop_reason: null } }],
    ['content_block_start', { index: 0, content_block: block }],
    ...deltas.map((delta) => ['content_block_delta', { index: 0, delta }] as const),
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 1 } }],
    ['message_stop', {}],
  ];
  const lines = events.map(
    ([type, fields]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`,
  );
  return { headers: sse, body: lines.join('') };
}

/** Gemini's chunks, each of which is an answer. */
export function geminiEvents(chunks: readonly object[]): Recording {
  return { headers: sse, body: chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('') };
}

/** One block of Converse's; `start` is left out for text. */
export function converseEvents(start: object | undefined, deltas: readonly object[]): Recording {
  const index = { contentBlockIndex: 0 };
  const events: readonly (readonly [type: string, payload: object])[] = [
    ['messageStart', { role: 'assistant' }],
    ...(start === undefined ? [] : [['contentBlockStart', { ...index, start }] as const]),
    ...deltas.map((delta) => ['contentBlockDelta', { ...index, delta }] as const),
    ['contentBlockStop', index],
    ['messageStop', { stopReason: start === undefined ? 'end_turn' : 'tool_use' }],
    ['metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } }],
  ];
  const body = Buffer.concat(events.map(([type, payload]) => encodeAwsEvent(type, payload)));
  return { headers: { 'content-type': 'application/vnd.amazon.eventstream' }, body };
}
