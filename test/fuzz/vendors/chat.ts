import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { isList, objectOf, wordOf } from '../read.ts';
import type { Saying, Script } from '../script.ts';
import { joined, usage, type Vendor, type WireEvent } from './vendor.ts';

const reasons = { stop: 'stop', length: 'length', calls: 'tool_calls' } as const;
const counted = {
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
};

/** https://platform.openai.com/docs/api-reference/chat/streaming */
export const chat: Vendor = {
  dialect: 'openai-chat',
  streamType: 'text/event-stream',
  stream(script) {
    let calls = 0;
    const said = script.sayings.flatMap((saying) =>
      saying.kind === 'call'
        ? callDeltas(script, saying, calls++)
        : saying.pieces.map((text) => delta(saying.kind, text)),
    );
    return [
      chunk(script, { choices: [choice({ role: 'assistant', content: '' })] }),
      ...said.map((one) => chunk(script, { choices: [choice(one)] })),
      chunk(script, { choices: [choice({}, reasons[script.end])] }),
      chunk(script, { choices: [], usage: counted }),
      { data: '[DONE]' },
    ];
  },
  whole(script) {
    const text = textOf(script, 'text');
    const reasoning = textOf(script, 'reasoning');
    const calls = script.sayings.flatMap((saying, index) =>
      saying.kind === 'call'
        ? [
            {
              id: `call_${script.name}_${index}`,
              type: 'function',
              function: { name: saying.name, arguments: joined(saying.pieces) },
            },
          ]
        : [],
    );
    const message = {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
    return {
      ...head(script, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: reasons[script.end] }],
      usage: counted,
    };
  },
  news: [{ data: { object: 'chat.future', future: { a: [1] } } }, { name: 'future', data: { type: 'ping' } }],
  errors: [
    { data: { error: { message: 'no room', type: 'server_error', code: 'server_overloaded' } } },
    { data: { error: 'no room' } },
    { data: { error: { message: 'no room', code: 429 } } },
  ],
  isEnd({ data }) {
    if (typeof data === 'string') return data === '[DONE]';
    const { choices } = data;
    return isList(choices) && choices.some((one) => wordOf(objectOf(one)?.['finish_reason']) !== undefined);
  },
  repeats: () => false,
};

function head({ name }: Script, object: string): JsonObject {
  return { id: `chatcmpl-${name}`, object, created: 1_795_000_000, model: 'some-model' };
}

function chunk(script: Script, fields: JsonObject): WireEvent {
  return { data: { ...head(script, 'chat.completion.chunk'), ...fields } };
}

function choice(fields: JsonObject, reason: string | null = null): JsonObject {
  return { index: 0, delta: fields, logprobs: null, finish_reason: reason };
}

function delta(kind: 'text' | 'reasoning', text: string): JsonObject {
  return kind === 'text' ? { content: text } : { reasoning_content: text };
}

function callDeltas(
  { name }: Script,
  { name: tool, pieces }: Extract<Saying, { kind: 'call' }>,
  index: number,
): JsonObject[] {
  const start = {
    index,
    id: `call_${name}_${index}`,
    type: 'function',
    function: { name: tool, arguments: '' },
  };
  return [start, ...pieces.map((text) => ({ index, function: { arguments: text } }))].map((call) => ({
    tool_calls: [call],
  }));
}

function textOf({ sayings }: Script, kind: 'text' | 'reasoning'): string {
  return sayings.map((saying) => (saying.kind === kind ? joined(saying.pieces) : '')).join('');
}
