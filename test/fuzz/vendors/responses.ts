import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import type { Saying, Script } from '../script.ts';
import { joined, usage, type Vendor, type WireEvent } from './vendor.ts';

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export const responses: Vendor = {
  dialect: 'openai-responses',
  streamType: 'text/event-stream',
  stream(script) {
    const begun = { response: response(script, 'in_progress') };
    const items = script.sayings.flatMap((saying, index) => itemEvents(script, saying, index));
    const status = statusOf(script);
    const events: WireEvent[] = [
      named('created', begun),
      named('in_progress', begun),
      ...items,
      named(status, { response: response(script, status) }),
    ];
    return events.map(({ name, data }, index) => ({
      ...(name === undefined ? {} : { name }),
      data: typeof data === 'string' ? data : { ...data, sequence_number: index },
    }));
  },
  whole: (script) => response(script, statusOf(script)),
  news: [
    { name: 'response.future', data: { type: 'response.future', output_index: 0 } },
    { name: 'keepalive', data: { type: 'keepalive', sequence_number: 3 } },
  ],
  errors: [
    { name: 'error', data: { type: 'error', code: 'server_error', message: 'no', param: null } },
    {
      name: 'response.failed',
      data: {
        type: 'response.failed',
        response: {
          id: 'resp_x',
          object: 'response',
          status: 'failed',
          error: { code: 'future', message: 'no' },
        },
      },
    },
    { data: { error: { message: 'no', type: 'server_error' } } },
  ],
  isEnd(event) {
    return ['response.completed', 'response.incomplete', 'response.cancelled'].includes(typeOf(event));
  },
  repeats: (event) => !typeOf(event).endsWith('.delta'),
};

/** The name of the event counts where the data has no type. */
function typeOf({ name, data }: WireEvent): string {
  if (typeof data === 'string') return '';
  const { type } = data;
  return typeof type === 'string' ? type : (name ?? '');
}

function named(type: string, fields: JsonObject): WireEvent {
  return { name: `response.${type}`, data: { type: `response.${type}`, ...fields } };
}

function statusOf({ end }: Script): 'completed' | 'incomplete' {
  return end === 'length' ? 'incomplete' : 'completed';
}

function response(script: Script, status: string): JsonObject {
  const isOver = status !== 'in_progress';
  return {
    id: `resp_${script.name}`,
    object: 'response',
    created_at: 1_795_000_000,
    status,
    model: 'some-model',
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    output: isOver ? script.sayings.map((saying, index) => wholeItem(script, saying, index)) : [],
    usage: isOver
      ? {
          input_tokens: usage.input,
          output_tokens: usage.output,
          total_tokens: usage.input + usage.output,
        }
      : null,
  };
}

function wholeItem({ name }: Script, saying: Saying, index: number): JsonObject {
  const text = joined(saying.pieces);
  if (saying.kind === 'reasoning')
    return { id: `rs_${name}_${index}`, type: 'reasoning', summary: [{ type: 'summary_text', text }] };
  if (saying.kind === 'text') {
    const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
    return { id: `msg_${name}_${index}`, type: 'message', status: 'completed', role: 'assistant', content };
  }
  const call_id = `call_${name}_${index}`;
  return {
    id: `fc_${name}_${index}`,
    type: 'function_call',
    status: 'completed',
    call_id,
    name: saying.name,
    arguments: text,
  };
}

/** As it is announced: with nothing in it. */
function emptyItem(script: Script, saying: Saying, index: number): JsonObject {
  const item = { ...wholeItem(script, saying, index), status: 'in_progress' };
  if (saying.kind === 'reasoning') return { ...item, summary: [] };
  return saying.kind === 'text' ? { ...item, content: [] } : { ...item, arguments: '' };
}

function itemEvents(script: Script, saying: Saying, output_index: number): WireEvent[] {
  const item = wholeItem(script, saying, output_index);
  const place = { item_id: item['id'], output_index };
  return [
    named('output_item.added', { output_index, item: emptyItem(script, saying, output_index) }),
    ...contentEvents(saying, place),
    named('output_item.done', { output_index, item }),
  ];
}

function contentEvents({ kind, pieces }: Saying, place: JsonObject): WireEvent[] {
  const text = joined(pieces);
  if (kind === 'call')
    return [
      ...pieces.map((delta) => named('function_call_arguments.delta', { ...place, delta })),
      named('function_call_arguments.done', { ...place, arguments: text }),
    ];
  const isText = kind === 'text';
  const at = { ...place, ...(isText ? { content_index: 0 } : { summary_index: 0 }) };
  const part = isText ? { type: 'output_text', annotations: [] } : { type: 'summary_text' };
  const [parts, texts] = isText
    ? ['content_part', 'output_text']
    : ['reasoning_summary_part', 'reasoning_summary_text'];
  return [
    named(`${parts}.added`, { ...at, part: { ...part, text: '' } }),
    ...pieces.map((delta) => named(`${texts}.delta`, { ...at, delta })),
    named(`${texts}.done`, { ...at, text }),
    named(`${parts}.done`, { ...at, part: { ...part, text } }),
  ];
}
