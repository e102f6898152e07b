import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { openaiResponses as codec } from './codec.ts';

const parse = (body: JsonObject): ChatRequest =>
  codec.parseRequest({ model: 'gpt-4o', input: 'hi', ...body }, {});
const render = (request: Partial<ChatRequest>): JsonObject =>
  codec.renderRequest({ model: 'gpt-4o', stream: false, wantsUsage: false, messages: [], ...request }).body;
const dropped = (request: Partial<ChatRequest>): readonly string[] =>
  codec.renderRequest({ model: 'gpt-4o', stream: false, wantsUsage: false, messages: [], ...request })
    .dropped;
const again = (body: JsonObject): JsonObject => codec.renderRequest(parse(body)).body;
const own = (fields: JsonObject) => ({ extra: { 'openai-responses': fields } });
const assistant = (...content: Extract<Message, { role: 'assistant' }>['content']): Message => ({
  role: 'assistant',
  content,
});

describe('the conversation', () => {
  it('a string is what the user says', () => {
    expect(parse({ input: '' }).messages).toEqual([{ role: 'user', content: [{ type: 'text', text: '' }] }]);
  });

  it('instructions are the first system message, and go back to their place', () => {
    const { messages } = parse({ instructions: 'Be brief.' });
    expect(messages[0]).toEqual({ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] });
    expect(render({ messages })).toMatchObject({ instructions: 'Be brief.' });
  });

  it('a system item is not taken for instructions', () => {
    const input = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
    ];
    const body = again({ input });
    expect(body['instructions']).toBeUndefined();
    expect(body['input']).toMatchObject([{ role: 'system' }, { role: 'user' }]);
  });

  it('a late system message stays where it is, a developer keeps its role', () => {
    const messages: Message[] = [
      { role: 'system', isDeveloper: true, content: [{ type: 'text', text: 'a' }] },
      { role: 'system', content: [{ type: 'text', text: 'b' }] },
    ];
    const body = render({ messages });
    expect(body['input']).toMatchObject([{ role: 'developer' }, { role: 'system' }]);
    expect(parse(body).messages).toEqual(messages);
  });

  it('reads pictures, files and sounds', () => {
    const content = [
      { type: 'input_image', image_url: 'https://a/b.png', detail: 'low' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
      { type: 'input_image', file_id: 'file-1', detail: 'original' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,BBBB', filename: 'a.pdf' },
      { type: 'input_file', file_url: 'https://a/b.pdf' },
      { type: 'input_file', file_id: 'file-2' },
      { type: 'input_audio', input_audio: { data: 'CCCC', format: 'mp3' } },
    ];
    const [message] = parse({ input: [{ role: 'user', content }] }).messages;
    expect(message?.content).toEqual([
      { type: 'media', mediaType: 'image/*', source: { kind: 'url', url: 'https://a/b.png' }, detail: 'low' },
      { type: 'media', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
      {
        type: 'media',
        mediaType: 'image/*',
        source: { kind: 'id', id: 'file-1' },
        detail: 'high',
        ...own({ detail: 'original' }),
      },
      {
        type: 'media',
        mediaType: 'application/pdf',
        source: { kind: 'base64', data: 'BBBB' },
        name: 'a.pdf',
      },
      { type: 'media', mediaType: undefined, source: { kind: 'url', url: 'https://a/b.pdf' } },
      { type: 'media', mediaType: undefined, source: { kind: 'id', id: 'file-2' } },
      { type: 'media', mediaType: 'audio/mpeg', source: { kind: 'base64', data: 'CCCC' } },
    ]);
    expect(again({ input: [{ role: 'user', content }] })['input']).toEqual([
      { type: 'message', role: 'user', content },
    ]);
  });

  it('what the model said in one go is one message, and comes apart into the same items', () => {
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'q' }], type: 'message' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'hm' }],
        encrypted_content: 'sealed',
      },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        phase: 'commentary',
        content: [{ type: 'output_text', text: 'I look.', annotations: [] }],
      },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{ "a": 0 }' },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'g', input: '' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } },
      { type: 'function_call_output', call_id: 'call_1', output: '0' },
      {
        type: 'custom_tool_call_output',
        call_id: 'call_2',
        output: [{ type: 'input_image', file_id: 'file-1' }],
      },
      { type: 'item_reference', id: 'msg_0' },
      { type: 'compaction', id: 'cmp_1', encrypted_content: 'c' },
    ];
    const { messages } = parse({ input });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(messages[1]?.content.map(({ type }) => type)).toEqual([
      'reasoning',
      'text',
      'tool-call',
      'tool-call',
      'foreign',
    ]);
    expect(again({ input })['input']).toEqual(input);
  });

  it.each([
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' },
    { type: 'reasoning', id: 'rs_1', summary: [] },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [
        { type: 'summary_text', text: 'a\n\nb' },
        { type: 'summary_text', text: '' },
      ],
      encrypted_content: 'e',
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: '' }], encrypted_content: 'e' },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'a' }],
      content: [{ type: 'reasoning_text', text: 'a' }],
      encrypted_content: 'e',
      status: 'incomplete',
    },
    { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] },
  ])('reasoning goes back as it came %#', (item) => {
    expect(again({ input: [item] })['input']).toEqual([item]);
  });

  it('reasoning that was changed on its way is not undone', () => {
    const block = {
      type: 'reasoning',
      text: '[hidden]',
      ...own({ id: 'rs_1', summary: [{ text: 'secret' }] }),
    } as const;
    expect(render({ messages: [assistant(block)] })['input']).toEqual([
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: '[hidden]' }] },
    ]);
  });

  it('foreign and missing signatures are withheld, with the thoughts that they seal', () => {
    const messages = [
      assistant(
        { type: 'reasoning', text: 'hm', signature: { dialect: 'anthropic-messages', value: 's' } },
        { type: 'reasoning', text: 'hm' },
        { type: 'text', text: 'a', signature: { dialect: 'gemini', value: 's' } },
      ),
    ];
    const { body, dropped: names } = codec.renderRequest({ ...parse({}), messages });
    expect(JSON.stringify(body)).not.toContain('"s"');
    expect(body['input']).toMatchObject([{ type: 'message' }]);
    expect(names).toEqual([]);
  });

  it('ids that the gateway made up are not repeated to a provider', () => {
    const input = [
      { type: 'reasoning', id: 'rs_ve_x_0', summary: [{ type: 'summary_text', text: 'hm' }] },
      {
        type: 'function_call',
        id: 'fc_ve_x_1',
        call_id: 'c',
        name: 'f',
        arguments: '{}',
        status: 'completed',
      },
    ];
    expect(again({ input })['input']).toEqual([
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
  });

  it('two messages of the model in a row stay two', () => {
    const input = ['a', 'b'].map((text) => ({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    }));
    expect(again({ input })['input']).toEqual(input);
  });

  it('a result knows by its call, or by itself, whether it is of a custom tool', () => {
    const input = [{ type: 'custom_tool_call_output', call_id: 'c', output: 'x' }];
    expect(again({ input, previous_response_id: 'resp_1' })).toMatchObject({
      input,
      previous_response_id: 'resp_1',
    });
    const messages: Message[] = [
      assistant({ type: 'tool-call', id: 'c', name: 'g', format: 'text', input: 'i' }),
      {
        role: 'tool',
        content: [{ type: 'tool-result', callId: 'c', content: [{ type: 'text', text: 'x' }] }],
      },
    ];
    expect(parse(render({ messages })).messages).toEqual(messages);
  });

  it('cache breakpoints of its own are marks for others', () => {
    const part = { type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } };
    const input = [{ type: 'message', role: 'user', content: [part] }];
    expect(parse({ input }).messages[0]?.content[0]?.cache).toEqual({});
    expect(again({ input })['input']).toEqual(input);
  });

  it('unknown parts and items go back as they came', () => {
    const input = [
      { type: 'message', role: 'user', content: [{ type: 'input_video', url: 'v' }] },
      { type: 'configuration_update', text: {} },
      { type: 'mcp_approval_response', approval_request_id: 'm', approve: false },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_video', url: 'v' }] },
    ];
    expect(again({ input })['input']).toEqual(input);
  });

  it('a refusal and a citation are repeated', () => {
    const annotations = [
      { type: 'url_citation', url: 'https://a', title: 'A', start_index: 0, end_index: 1 },
      { type: 'file_citation', file_id: 'file-1', filename: 'f.txt', index: 1 },
    ];
    const content = [
      { type: 'output_text', text: 'ab', annotations },
      { type: 'refusal', refusal: 'No.' },
    ];
    const input = [{ type: 'message', role: 'assistant', id: 'msg_1', status: 'completed', content }];
    expect(again({ input })['input']).toEqual(input);
  });

  it('what has no place in the input is translated or named', () => {
    const messages: Message[] = [
      { role: 'user', name: 'ann', content: [{ type: 'text', text: 'a', cache: { ttl: '1h' } }] },
      assistant(
        { type: 'media', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
        { type: 'foreign', dialect: 'gemini', value: { executableCode: {} } },
        { type: 'text', text: 'b', citations: [{ citedText: 'c' }] },
      ),
      { role: 'tool', content: [{ type: 'tool-result', callId: 'c', content: [], isError: true }] },
    ];
    expect(dropped({ messages })).toEqual([
      'messages.name',
      'messages.cache_control',
      'messages.executableCode',
      'messages.citations',
    ]);
    expect(render({ messages })['input']).toMatchObject([
      { role: 'user' },
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] },
      { role: 'assistant' },
      { type: 'function_call_output', output: 'Error' },
    ]);
  });
});
