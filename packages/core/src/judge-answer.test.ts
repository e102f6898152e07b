import { expect, test } from 'vitest';
import { loadCodecs } from './dialects/load-codecs.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Dialect, Operation } from './protocol/call.ts';

await loadCodecs();

const whole = (body: object, dialect: Dialect, operation: Operation = 'chat') =>
  judgeAnswer({ operation, dialect, wantsArray: false, isStream: false }, Buffer.from(JSON.stringify(body)));

const streamed = (events: readonly object[], dialect: Dialect, operation: Operation = 'chat') => {
  const isChat = dialect === 'openai-chat';
  const text = events
    .map((event) => {
      const name = 'type' in event ? `event: ${String(event.type)}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    })
    .join('');
  const body = Buffer.from(isChat ? `${text}data: [DONE]\n\n` : text);
  return judgeAnswer({ operation, dialect, wantsArray: false, isStream: true }, body);
};

const choice = (finish: string | null, index = 0) => ({
  choices: [{ index, delta: { content: 'x' }, finish_reason: finish }],
});
const chat = (finish: string, message: object = { content: 'x' }) => ({
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
});

test('an answer of chat is judged by how it finished', () => {
  expect(whole(chat('stop'), 'openai-chat')).toBe(true);
  for (const finish of ['length', 'content_filter']) expect(whole(chat(finish), 'openai-chat')).toBe(false);
  // DeepSeek's word for an error.
  expect(() => whole(chat('insufficient_system_resource'), 'openai-chat')).toThrow('broke off');
  expect(whole(chat('stop', { content: null, refusal: 'No.' }), 'openai-chat')).toBe(false);
  expect(() => whole({ choices: [] }, 'openai-chat')).toThrow('no choices');
});

test('a stream of chat is judged by how every choice of it finished', () => {
  expect(streamed([choice(null), choice('stop')], 'openai-chat')).toBe(true);
  expect(streamed([choice(null), choice(null, 1), choice('stop'), choice('stop', 1)], 'openai-chat')).toBe(
    true,
  );
  expect(streamed([choice(null), choice(null, 1), choice('stop')], 'openai-chat')).toBe(false);
  expect(streamed([choice(null), choice('length')], 'openai-chat')).toBe(false);
  expect(streamed([choice(null), choice('stop'), { error: { message: 'x' } }], 'openai-chat')).toBe(false);
});

const message = (stop: string, content: object[] = [{ type: 'text', text: 'x' }]) => ({
  type: 'message',
  role: 'assistant',
  content,
  stop_reason: stop,
  usage: { input_tokens: 1, output_tokens: 1 },
});

test('a message of Anthropic is judged by why it stopped, and by what the provider’s tools did', () => {
  for (const stop of ['end_turn', 'stop_sequence', 'tool_use'])
    expect(whole(message(stop), 'anthropic-messages')).toBe(true);
  for (const stop of ['max_tokens', 'refusal', 'pause_turn', 'model_context_window_exceeded'])
    expect(whole(message(stop), 'anthropic-messages')).toBe(false);
  const failed = [
    { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
    {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: { type: 'web_search_tool_result_error', error_code: 'unavailable' },
    },
    { type: 'text', text: 'x' },
  ];
  expect(whole(message('end_turn', failed), 'anthropic-messages')).toBe(false);
});

const generated = (finishReason: string) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'x' }] }, finishReason }],
});

test('an answer of Gemini is judged by its finish reason, whole and streamed', () => {
  expect(whole(generated('STOP'), 'gemini')).toBe(true);
  expect(streamed([generated('STOP')], 'gemini')).toBe(true);
  for (const reason of ['MAX_TOKENS', 'SAFETY', 'RECITATION', 'MALFORMED_FUNCTION_CALL', 'OTHER']) {
    expect(whole(generated(reason), 'gemini')).toBe(false);
    expect(streamed([generated(reason)], 'gemini')).toBe(false);
  }
  expect(whole({ promptFeedback: { blockReason: 'SAFETY' } }, 'gemini')).toBe(false);
});

const response = (status: string, more: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  status,
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'x' }] }],
  ...more,
});

test('a response is judged by its status', () => {
  expect(whole(response('completed'), 'openai-responses')).toBe(true);
  const cut = { incomplete_details: { reason: 'max_output_tokens' } };
  expect(whole(response('incomplete', cut), 'openai-responses')).toBe(false);
});

const text = (finish_reason: string | null) => ({ choices: [{ index: 0, text: 'x', finish_reason }] });

test('text completions and embeddings are read without a codec', () => {
  expect(whole(text('stop'), 'openai-chat', 'completions')).toBe(true);
  expect(whole(text('length'), 'openai-chat', 'completions')).toBe(false);
  expect(streamed([text(null), text('stop')], 'openai-chat', 'completions')).toBe(true);
  expect(streamed([text(null)], 'openai-chat', 'completions')).toBe(false);
  expect(streamed([text('stop'), { error: {} }], 'openai-chat', 'completions')).toBe(false);
  expect(whole({ data: [{ embedding: [1] }] }, 'openai-chat', 'embeddings')).toBe(true);
  expect(whole({ data: [] }, 'openai-chat', 'embeddings')).toBe(false);
  expect(whole({ error: { message: 'x' }, data: [1] }, 'openai-chat', 'embeddings')).toBe(false);
});

test('a stream that was cut off behind its finish is not kept', () => {
  const call = { wantsArray: false, isStream: true } as const;
  const judge = (dialect: Dialect, operation: Operation, events: readonly object[]) =>
    judgeAnswer(
      { ...call, dialect, operation },
      Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')),
    );
  expect(judge('openai-chat', 'chat', [choice('stop')])).toBe(false);
  expect(judge('openai-chat', 'completions', [text('stop')])).toBe(false);
  const begun = { type: 'message_start', message: message('end_turn', []) };
  const finish = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } };
  expect(judge('anthropic-messages', 'chat', [begun, finish])).toBe(false);
  expect(judge('anthropic-messages', 'chat', [begun, finish, { type: 'message_stop' }])).toBe(true);
});
