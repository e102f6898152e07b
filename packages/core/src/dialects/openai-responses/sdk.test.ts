import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../protocol/chat-answer.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { openaiResponses as codec } from './codec.ts';

const at = (block: number) => ({ choice: 0, block });
const parts: readonly Part[] = [
  { type: 'head', id: 'msg_of_another_vendor', model: 'm', created: 7 },
  { type: 'reasoning-start', ...at(0) },
  { type: 'reasoning-delta', ...at(0), text: 'hm' },
  { type: 'reasoning-delta', ...at(0), text: ' hm' },
  { type: 'reasoning-end', ...at(0), signature: { dialect: 'openai-responses', value: 'sealed' } },
  { type: 'reasoning-start', ...at(1), isRedacted: true },
  { type: 'reasoning-end', ...at(1), signature: { dialect: 'anthropic-messages', value: 's' } },
  { type: 'reasoning-start', ...at(2), extra: { 'openai-responses': { id: 'rs_2', content: [] } } },
  { type: 'reasoning-delta', ...at(2), text: 'raw' },
  {
    type: 'reasoning-end',
    ...at(2),
    extra: { 'openai-responses': { id: 'rs_2', content: [{ type: 'reasoning_text', text: 'raw' }] } },
  },
  { type: 'text-start', ...at(3) },
  { type: 'text-delta', ...at(3), text: '0' },
  { type: 'citation', ...at(3), citation: { url: 'https://a', title: 'A', start: 0, end: 1 } },
  { type: 'text-end', ...at(3) },
  { type: 'refusal-start', ...at(4) },
  { type: 'refusal-delta', ...at(4), text: 'No.' },
  { type: 'refusal-end', ...at(4) },
  { type: 'tool-input-start', ...at(5), id: 'call_1', name: 'f', format: 'json' },
  { type: 'tool-input-start', ...at(6), id: 'call_2', name: 'f', format: 'json' },
  { type: 'tool-input-delta', ...at(6), text: '{"a":' },
  { type: 'tool-input-end', ...at(5) },
  { type: 'tool-input-delta', ...at(6), text: '0}' },
  { type: 'tool-input-end', ...at(6) },
  { type: 'tool-input-start', ...at(7), id: 'call_3', name: 'g', format: 'text' },
  { type: 'tool-input-delta', ...at(7), text: 'x' },
  { type: 'tool-input-end', ...at(7) },
  {
    type: 'block',
    ...at(8),
    value: {
      type: 'foreign',
      dialect: 'openai-responses',
      value: {
        type: 'web_search_call',
        id: 'ws_1',
        status: 'completed',
        action: { type: 'search', query: 'q' },
      },
    },
  },
  { type: 'text-start', ...at(9) },
  { type: 'text-delta', ...at(9), text: 'b' },
  {
    type: 'logprobs',
    choice: 0,
    tokens: [{ token: 'b', logprob: -1, bytes: [98], top: [{ token: 'c', logprob: -2, bytes: [99] }] }],
  },
  { type: 'text-end', ...at(9) },
  { type: 'finish', choice: 0, finish: { reason: 'tool-calls' } },
  { type: 'usage', usage: { input: 3, output: 2, cacheRead: 1, reasoning: 1 } },
];

const request = codec.parseRequest({ model: 'm', input: 'hi', stream: true }, {});
const context = { request, id: 'x', now: 7 };
const wireOf = (list: readonly Part[]): string => {
  const renderer = codec.renderStream(context);
  return list.map((part) => renderer.push(part)).join('') + renderer.end();
};

async function serve<Result>(wire: string, use: (client: OpenAI) => Promise<Result>): Promise<Result> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(wire);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    return await use(new OpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const ask = async (client: OpenAI) => client.responses.stream({ model: 'm', input: 'hi' }).finalResponse();

describe("OpenAI's SDK", () => {
  it('reads of a stream what a whole answer says', async () => {
    const response = await serve(wireOf(parts), ask);
    const { output, ...whole } = codec.renderAnswer(collectParts(parts), context);
    expect(response).toMatchObject(whole);
    expect(response.output).toMatchObject(output as object[]);
    expect(response.output_text).toBe('0b');
  });

  it('puts the same message together from the events alone', async () => {
    const wire = wireOf(parts).replace(
      /"output":\[\{"type":"reasoning".*?\],"usage"/,
      '"output":null,"usage"',
    );
    expect(wire).toContain('"output":null');
    const response = await serve(wire, ask);
    expect(response.output).toMatchObject(
      codec.renderAnswer(collectParts(parts), context)['output'] as object[],
    );
  });

  it('sees every delta as it comes', async () => {
    const deltas: string[] = [];
    await serve(wireOf(parts), async (client) => {
      const stream = client.responses.stream({ model: 'm', input: 'hi' });
      stream.on('response.output_text.delta', (event) => deltas.push(event.delta));
      stream.on('response.function_call_arguments.delta', (event) => deltas.push(event.delta));
      return stream.finalResponse();
    });
    expect(deltas).toEqual(['0', '{"a":', '{}', '0}', 'b']);
  });

  it('an answer that was cut is incomplete', async () => {
    const cut = [
      ...parts.slice(0, 12),
      { type: 'finish', choice: 0, finish: { reason: 'length' } },
    ] as Part[];
    const response = await serve(wireOf(cut), ask);
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    expect(response.output.at(-1)).toMatchObject({ type: 'message', status: 'incomplete' });
  });

  it('an error in the stream is thrown', async () => {
    const error = { kind: 'rate-limit', status: 429, message: 'slow down' } as const;
    const wire = wireOf([...parts.slice(0, 12), { type: 'error', error }, ...parts.slice(12)]);
    await expect(serve(wire, ask)).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
    expect(wire.match(/event: response\.failed/g)).toHaveLength(1);
    expect(wire).not.toContain('response.completed');
  });

  it('a stream without a finish is no clean answer', async () => {
    await expect(serve(wireOf(parts.slice(0, 12)), ask)).rejects.toMatchObject({ code: 'server_error' });
  });
});
