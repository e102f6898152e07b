import { describe, expect, it } from 'vitest';
import type { ChatAnswer, Finish } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { openaiResponses as codec } from './codec.ts';

const request: ChatRequest = { model: 'm', stream: false, wantsUsage: false, messages: [] };
const context = { request, id: 'x', now: 5 };
const answerOf = (content: readonly AssistantBlock[], finish: Finish = { reason: 'stop' }): ChatAnswer => ({
  id: 'resp_1',
  model: 'm',
  created: 1,
  serviceTier: 'default',
  choices: [{ index: 0, content, finish }],
});
const render = (content: readonly AssistantBlock[], finish?: Finish): JsonObject =>
  codec.renderAnswer(answerOf(content, finish), context);
const parse = (output: readonly JsonObject[], more: JsonObject = {}): ChatAnswer =>
  codec.parseAnswer({ id: 'resp_1', object: 'response', status: 'completed', output, ...more });

describe('a whole answer', () => {
  it('has all that the SDK declares', () => {
    expect(render([{ type: 'text', text: 'a' }])).toMatchObject({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      created_at: 1,
      error: null,
      incomplete_details: null,
      instructions: null,
      metadata: {},
      model: 'm',
      parallel_tool_calls: true,
      temperature: 1,
      tool_choice: 'auto',
      tools: [],
      top_p: 1,
      usage: null,
      output: [
        {
          id: 'msg_ve_x_0',
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'a', annotations: [] }],
        },
      ],
    });
  });

  it('repeats the settings of its question', () => {
    const asked = codec.parseRequest(
      {
        model: 'm',
        input: '',
        instructions: 'i',
        temperature: 0,
        previous_response_id: 'resp_0',
        max_output_tokens: 3,
      },
      {},
    );
    expect(codec.renderAnswer(answerOf([]), { ...context, request: asked })).toMatchObject({
      instructions: 'i',
      temperature: 0,
      previous_response_id: 'resp_0',
      max_output_tokens: 3,
    });
  });

  it('an id of another vendor is not shown as one of this API', () => {
    expect(codec.renderAnswer({ ...answerOf([]), id: 'chatcmpl-1' }, context)['id']).toBe('resp_x');
  });

  it('keeps the ids, states and order of its items', () => {
    const output = [
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'hm' }],
        encrypted_content: 'e',
      },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search' } },
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        phase: 'final_answer',
        content: [{ type: 'output_text', text: 'a', annotations: [] }],
      },
      {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'call_1',
        name: 'f',
        arguments: '{"a":0}',
        status: 'completed',
      },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'g', input: '', status: 'completed' },
    ];
    const answer = parse(output);
    expect(codec.renderAnswer(answer, context)['output']).toEqual(output);
    expect(answer.choices[0]?.finish).toEqual({ reason: 'tool-calls' });
  });

  it('a call without arguments, and one without an id, can be used', () => {
    const { choices } = parse([{ type: 'function_call', name: 'f', arguments: '' }]);
    expect(choices[0]?.content).toEqual([
      { type: 'tool-call', id: 'call_0_0_f', name: 'f', format: 'json', input: '{}' },
    ]);
  });

  it.each<[Finish, string, JsonObject | null]>([
    [{ reason: 'stop-sequence' }, 'completed', null],
    [{ reason: 'length' }, 'incomplete', { reason: 'max_output_tokens' }],
    [{ reason: 'context-length' }, 'incomplete', { reason: 'max_output_tokens', detail: 'context-length' }],
    [{ reason: 'content-filter' }, 'incomplete', { reason: 'content_filter' }],
    [
      { reason: 'recitation', raw: 'RECITATION' },
      'incomplete',
      { reason: 'content_filter', detail: 'RECITATION' },
    ],
    [{ reason: 'refusal' }, 'incomplete', { reason: 'content_filter', detail: 'refusal' }],
    [{ reason: 'pause' }, 'incomplete', { reason: 'pause' }],
    [{ reason: 'other', raw: 'steered' }, 'incomplete', { reason: 'steered' }],
  ])('%j is told as %s', (finish, status, details) => {
    expect(render([], finish)).toMatchObject({ status, incomplete_details: details });
  });

  it.each([
    ['max_output_tokens', { reason: 'length' }],
    ['content_filter', { reason: 'content-filter' }],
    ['steered', { reason: 'other', raw: 'steered' }],
  ])('incomplete by %s', (reason, finish) => {
    const more = { status: 'incomplete', incomplete_details: { reason } };
    expect(parse([], more).choices[0]?.finish).toEqual(finish);
  });

  it('a refusal of the model is its finish', () => {
    const block = { type: 'refusal', text: 'No.' } as const;
    const body = render([block], { reason: 'refusal' });
    expect(body['status']).toBe('completed');
    expect(codec.parseAnswer(body).choices[0]).toEqual({
      index: 0,
      content: [block],
      finish: { reason: 'refusal' },
    });
  });

  it('thoughts are shown without a foreign seal, and not at all where only the seal is there', () => {
    const signature = { dialect: 'anthropic-messages', value: 's' } as const;
    const body = render([
      { type: 'reasoning', text: 'hm', signature },
      { type: 'reasoning', text: '', signature, isRedacted: true },
    ]);
    expect(body['output']).toEqual([
      { type: 'reasoning', id: 'rs_ve_x_0', summary: [{ type: 'summary_text', text: 'hm' }] },
    ]);
  });

  it('usage tells its parts apart', () => {
    const usage = {
      input: 10,
      output: 5,
      cacheRead: 4,
      cacheWrite: 3,
      inputAudio: 2,
      reasoning: 1,
      outputAudio: 0,
      extra: { 'openai-responses': { input_tokens_details: { text_tokens: 8 } } },
    };
    const body = codec.renderAnswer({ ...answerOf([]), usage }, context);
    expect(body['usage']).toMatchObject({
      total_tokens: 15,
      input_tokens_details: { cached_tokens: 4, text_tokens: 8 },
    });
    expect(codec.parseAnswer(body).usage).toEqual(usage);
  });

  it('log probabilities are those of the text', () => {
    const logprobs = [
      { token: 'a', logprob: -1, bytes: [97], top: [{ token: 'b', logprob: -2, bytes: [98] }] },
    ];
    const { choices, ...head } = answerOf([{ type: 'text', text: 'a' }]);
    const counted = { ...head, choices: choices.map((choice) => ({ ...choice, logprobs })) };
    const body = codec.renderAnswer(counted, context);
    expect(codec.parseAnswer(body).choices[0]?.logprobs).toEqual(logprobs);
  });

  it('a picture of the model is an item of image generation', () => {
    const body = render([
      { type: 'media', mediaType: 'image/png', source: { kind: 'base64', data: 'AAAA' } },
    ]);
    expect(body['output']).toMatchObject([
      { type: 'image_generation_call', result: 'AAAA', output_format: 'png' },
    ]);
  });

  it('a citation without an address cites a title', () => {
    const body = render([{ type: 'text', text: 'abc', citations: [{ title: 'T', citedText: 'c' }] }]);
    expect(body['output']).toMatchObject([
      { content: [{ annotations: [{ type: 'file_citation', filename: 'T' }] }] },
    ]);
  });

  it('a failed response is no answer', () => {
    const error = { code: 'rate_limit_exceeded', message: 'slow' };
    expect(() => parse([], { status: 'failed', error })).toThrow(
      expect.objectContaining({
        code: 'VE_UPSTREAM_STATUS',
        details: { reason: 'slow', upstreamStatus: 429 },
      }),
    );
    expect(() => codec.parseAnswer({})).toThrow(expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }));
  });
});
