import { GoogleGenAI } from '@google/genai';
import { anthropic, createGateway, defineUpstream, type Gateway, toNodeListener } from '@vector-engine/core';
import { type Recording, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { hasFixtures, readFixture } from '../clients/fixtures.ts';
import { serve } from '../hosts/serve.ts';

const tool = {
  name: 'get_user_country',
  description: 'Where the user lives',
  parameters: { type: 'object', properties: {} },
};

interface Block {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** What Anthropic answered, block by block. */
const answered = (recording: Recording): readonly Block[] =>
  (JSON.parse(String(recording.body)) as { content: readonly Block[] }).content;

/** What the second turn told Anthropic that it had answered in the first. */
function givenBack({ requests }: SimulatedUpstream): unknown {
  const { messages = [] } = (requests[1]?.body ?? {}) as {
    messages?: readonly { role: string; content: unknown }[];
  };
  return messages.find(({ role }) => role === 'assistant')?.content;
}

function gatewayTo({ baseURL }: SimulatedUpstream): Gateway {
  return createGateway({
    upstreams: { up: anthropic({ apiKey: 'sk-of-the-operator', baseURL }) },
    models: { any: 'up/claude-sonnet-4-0' },
    open: true,
    retry: { rounds: 0 },
  });
}

describe.skipIf(!hasFixtures)(
  'a signature of thinking comes back byte for byte with the second turn of a tool',
  () => {
    const name = 'anthropic/tool-with-thinking-roundtrip';

    test('through Chat Completions, by a client that returns the message as it was', async () => {
      const recording = readFixture(name);
      await using upstream = await replay(recording);
      await using gateway = gatewayTo(upstream);
      const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
      const body = {
        model: 'any',
        reasoning_effort: 'medium' as const,
        tools: [{ type: 'function' as const, function: tool }],
      };
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'The largest city?' }];
      const first = await client.chat.completions.create({ ...body, messages });
      const message = first.choices[0]?.message;
      if (message === undefined) throw new Error('no answer');
      const calls = message.tool_calls ?? [];
      messages.push(
        message,
        ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'Mexico' })),
      );
      await client.chat.completions.create({ ...body, messages });
      expect(givenBack(upstream)).toEqual(answered(recording));
    });

    test('through Responses, by a client that returns the items', async () => {
      const recording = readFixture(name);
      await using upstream = await replay(recording);
      await using gateway = gatewayTo(upstream);
      const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
      const body = {
        model: 'any',
        reasoning: { effort: 'medium' as const },
        tools: [{ type: 'function' as const, strict: null, ...tool }],
      };
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'The largest city?' }];
      const first = await client.responses.create({ ...body, input });
      const calls = first.output.flatMap((item) => (item.type === 'function_call' ? [item.call_id] : []));
      input.push(
        ...(first.output as OpenAI.Responses.ResponseInputItem[]),
        ...calls.map((call_id) => ({ type: 'function_call_output' as const, call_id, output: 'Mexico' })),
      );
      await client.responses.create({ ...body, input });
      expect(givenBack(upstream)).toEqual(answered(recording));
    });

    test("through Gemini's format, by a client that returns the content", async () => {
      const recording = readFixture(name);
      await using upstream = await replay(recording);
      await using gateway = gatewayTo(upstream);
      await using host = await serve(toNodeListener(gateway));
      const client = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: host.origin } });
      const config = {
        thinkingConfig: { thinkingBudget: 3000, includeThoughts: true },
        tools: [
          {
            functionDeclarations: [
              { name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters },
            ],
          },
        ],
      };
      const user = { role: 'user', parts: [{ text: 'The largest city?' }] };
      const first = await client.models.generateContent({ model: 'any', contents: [user], config });
      const content = first.candidates?.[0]?.content;
      if (content === undefined) throw new Error('no answer');
      const results = (first.functionCalls ?? []).map(({ id, name: called }) => ({
        functionResponse: {
          ...(id === undefined ? {} : { id }),
          name: called ?? '',
          response: { output: 'Mexico' },
        },
      }));
      const contents = [user, content, { role: 'user', parts: results }];
      await client.models.generateContent({ model: 'any', contents, config });
      expect(givenBack(upstream)).toEqual(answered(recording));
    });

    test('and is withheld from a provider of another format', async () => {
      const recording = readFixture(name);
      await using upstream = await replay(recording);
      await using other = await replay({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
        }),
      });
      await using gateway = createGateway({
        upstreams: {
          claude: anthropic({ apiKey: 'k', baseURL: upstream.baseURL }),
          other: defineUpstream({
            vendor: 'other',
            dialect: 'gemini',
            baseURL: other.baseURL,
            path: () => '/x',
          }),
        },
        models: { first: 'claude/claude-sonnet-4-0', second: 'other/gemini-3.0-pro' },
        open: true,
      });
      const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
      const tools = [{ type: 'function' as const, function: tool }];
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'The largest city?' }];
      const { choices } = await client.chat.completions.create({ model: 'first', messages, tools });
      const message = choices[0]?.message;
      if (message === undefined) throw new Error('no answer');
      const results = (message.tool_calls ?? []).map(({ id }) => ({
        role: 'tool' as const,
        tool_call_id: id,
        content: 'Mexico',
      }));
      await client.chat.completions.create({
        model: 'second',
        messages: [...messages, message, ...results],
        tools,
      });
      const signature = answered(recording).find(({ type }) => type === 'thinking')?.['signature'];
      expect(typeof signature).toBe('string');
      expect(JSON.stringify(other.requests[0]?.body)).not.toContain(String(signature).slice(0, 40));
      expect(JSON.stringify(other.requests[0]?.body)).toContain('get_user_country');
    });
  },
);
