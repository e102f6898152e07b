import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { objectOf, parseJson, wordOf } from '../read.ts';
import type { Saying, Script } from '../script.ts';
import { joined, usage, type Vendor, type WireEvent } from './vendor.ts';

const reasons = { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use' } as const;

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export const messages: Vendor = {
  dialect: 'anthropic-messages',
  streamType: 'text/event-stream',
  stream(script) {
    return [
      named('message_start', {
        message: {
          ...head(script),
          content: [],
          stop_reason: null,
          usage: { input_tokens: usage.input, output_tokens: 1 },
        },
      }),
      ...script.sayings.flatMap((saying, index) => blockEvents(script, saying, index)),
      named('message_delta', {
        delta: { stop_reason: reasons[script.end], stop_sequence: null },
        usage: { output_tokens: usage.output },
      }),
      named('message_stop', {}),
    ];
  },
  whole(script) {
    return {
      ...head(script),
      content: script.sayings.map((saying, index) => wholeBlock(script, saying, index)),
      stop_reason: reasons[script.end],
      stop_sequence: null,
      usage: { input_tokens: usage.input, output_tokens: usage.output },
    };
  },
  news: [named('ping', {}), named('future_event', { index: 0, delta: { type: 'text_delta' } })],
  errors: [
    named('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
    named('error', { error: { type: 'future_error', message: 'no' }, request_id: 'req_1' }),
  ],
  isEnd(event) {
    const type = typeOf(event);
    if (type === 'message_stop') return true;
    const { data } = event;
    return (
      type === 'message_delta' &&
      typeof data === 'object' &&
      wordOf(objectOf(data['delta'])?.['stop_reason']) !== undefined
    );
  },
  repeats: () => false,
};

/** The name of the event counts where the data has no type. */
function typeOf({ name, data }: WireEvent): string | undefined {
  return typeof data === 'string' ? undefined : (wordOf(data['type']) ?? name);
}

function named(type: string, fields: JsonObject): WireEvent {
  return { name: type, data: { type, ...fields } };
}

function head({ name }: Script): JsonObject {
  return { id: `msg_${name}`, type: 'message', role: 'assistant', model: 'some-model' };
}

function blockEvents(script: Script, saying: Saying, index: number): WireEvent[] {
  const deltas: JsonObject[] = saying.pieces.map((piece) => {
    if (saying.kind === 'text') return { type: 'text_delta', text: piece };
    return saying.kind === 'reasoning'
      ? { type: 'thinking_delta', thinking: piece }
      : { type: 'input_json_delta', partial_json: piece };
  });
  if (saying.kind === 'reasoning') deltas.push({ type: 'signature_delta', signature: 'c2lnbmVk' });
  return [
    named('content_block_start', { index, content_block: emptyBlock(script, saying, index) }),
    ...deltas.map((delta) => named('content_block_delta', { index, delta })),
    named('content_block_stop', { index }),
  ];
}

function emptyBlock({ name }: Script, saying: Saying, index: number): JsonObject {
  if (saying.kind === 'text') return { type: 'text', text: '' };
  if (saying.kind === 'reasoning') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'tool_use', id: `toolu_${name}_${index}`, name: saying.name, input: {} };
}

function wholeBlock(script: Script, saying: Saying, index: number): JsonObject {
  const block = emptyBlock(script, saying, index);
  const said = joined(saying.pieces);
  if (saying.kind === 'text') return { ...block, text: said };
  if (saying.kind === 'reasoning') return { ...block, thinking: said, signature: 'c2lnbmVk' };
  return { ...block, input: parseJson(said) ?? {} };
}
