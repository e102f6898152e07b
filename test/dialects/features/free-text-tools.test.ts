import {
  anthropic,
  bedrock,
  createGateway,
  gemini,
  openaiCompatible,
  type Upstream,
} from '@vector-engine/core';
import { type Recording, replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { expect, test } from 'vitest';
import { chatEvents, converseEvents, geminiEvents, messagesEvents } from './wire-streams.ts';

const json = { 'content-type': 'application/json' };
const patch = '*** Begin Patch\n"quoted" \\ and ü\n*** End Patch';
const args = JSON.stringify({ input: patch });
const half = 17;

interface Case {
  readonly vendor: string;
  readonly make: (origin: string) => Upstream;
  /** Of the tool's name, and of what the model writes, at the upstream. */
  readonly toolName: (body: never) => unknown;
  readonly whole: (name: string) => unknown;
  readonly stream: (name: string) => Recording;
}

const apiKey = 'k';
const pieces = [args.slice(0, half), args.slice(half)];

const cases: readonly Case[] = [
  {
    vendor: 'a server that speaks Chat Completions',
    make: (origin) => openaiCompatible({ baseURL: `${origin}/v1` }),
    toolName: (body: { tools: { function: { name: string } }[] }) => body.tools[0]?.function.name,
    whole: (name) => ({
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: args } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    }),
    stream: (name) =>
      chatEvents([
        { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } }] },
        ...pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
      ]),
  },
  {
    vendor: 'Anthropic',
    make: (origin) => anthropic({ apiKey, baseURL: `${origin}/v1` }),
    toolName: (body: { tools: { name: string }[] }) => body.tools[0]?.name,
    whole: (name) => ({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'tool_use', id: 'call_1', name, input: { input: patch } }],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    stream: (name) =>
      messagesEvents(
        { type: 'tool_use', id: 'call_1', name, input: {} },
        pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
      ),
  },
  {
    vendor: 'Gemini',
    make: (origin) => gemini({ apiKey, baseURL: `${origin}/v1beta` }),
    toolName: (body: {
      tools: { functionDeclarations: { name: string; parametersJsonSchema: object }[] }[];
    }) => {
      const [declared] = body.tools[0]?.functionDeclarations ?? [];
      return `${declared?.name} ${Object.keys(Reflect.get(declared?.parametersJsonSchema ?? {}, 'properties')).join()}`;
    },
    whole: (name) => geminiAnswer(name),
    stream: (name) => geminiEvents([geminiAnswer(name)]),
  },
  {
    vendor: 'Bedrock',
    make: (origin) => bedrock({ apiKey, region: 'us-east-1', baseURL: origin }),
    toolName: (body: { toolConfig: { tools: { toolSpec: { name: string } }[] } }) =>
      body.toolConfig.tools[0]?.toolSpec.name,
    whole: (name) => ({
      output: {
        message: {
          role: 'assistant',
          content: [{ toolUse: { toolUseId: 'call_1', name, input: { input: patch } } }],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    }),
    stream: (name) =>
      converseEvents(
        { toolUse: { toolUseId: 'call_1', name } },
        pieces.map((input) => ({ toolUse: { input } })),
      ),
  },
];

/** `name` is the function's, and that of its argument. */
function geminiAnswer(name: string): object {
  const [called = '', argument = ''] = name.split(' ');
  const functionCall = { id: 'call_1', name: called, args: { [argument]: patch } };
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [{ functionCall }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  };
}

const body = {
  model: 'any',
  input: 'Mend it',
  tools: [{ type: 'custom' as const, name: 'apply_patch', description: 'Takes a patch' }],
};

/** The call that OpenAI's SDK reads, the conversation going on from it at once. */
async function callOf({ make, toolName, whole, stream }: Case, isStream: boolean): Promise<unknown> {
  // What the tool is called there is asked of the first request.
  await using probe = await replay({ headers: json, body: '{}', status: 400 });
  await using asking = createGateway({
    upstreams: { up: make(probe.origin) },
    models: { any: 'up/m' },
    open: true,
  });
  const client = (gateway: typeof asking): OpenAI =>
    new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 });
  await client(asking)
    .responses.create(body)
    .catch(() => undefined);
  const name = String(toolName(probe.requests[0]?.body as never));
  const answer = isStream ? stream(name) : { headers: json, body: JSON.stringify(whole(name)) };
  await using upstream = await replay(answer);
  await using gateway = createGateway({
    upstreams: { up: make(upstream.origin) },
    models: { any: 'up/m' },
    open: true,
  });
  const { responses } = client(gateway);
  const { output } = isStream ? await responses.stream(body).finalResponse() : await responses.create(body);
  return output;
}

test.each(
  cases.flatMap((row) =>
    [false, true].map((isStream) => ({ ...row, isStream, how: isStream ? 'streamed' : 'whole' })),
  ),
)('a tool of free text is called in its own words at $vendor, $how', async ({ isStream, ...row }) => {
  expect(await callOf(row, isStream)).toMatchObject([
    { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: patch },
  ]);
});
