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
import { describe, expect, test } from 'vitest';
import { candidate, completion, converse, message } from './answers/answer-feature.ts';
import { fits, json as jsonText, type Pattern, says } from './fits.ts';
import { chatEvents, converseEvents, geminiEvents, messagesEvents } from './wire-streams.ts';

const json = { 'content-type': 'application/json' };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'number' } },
  required: ['city', 'people'],
  additionalProperties: false,
};
const rome = { city: 'Rome', people: 2_700_000 };
const text = JSON.stringify(rome, null, 1);
const pieces = [text.slice(0, 1), text.slice(1, 9), text.slice(9)];

interface Case {
  readonly name: string;
  readonly model: string;
  readonly make: (origin: string) => Upstream;
  /** What the upstream must have received. */
  readonly asked: Pattern;
  readonly whole: object;
  readonly stream: Recording;
}

const apiKey = 'k';
const claude = (origin: string): Upstream => anthropic({ apiKey, baseURL: `${origin}/v1` });
const aws = (origin: string): Upstream => bedrock({ apiKey, region: 'us-east-1', baseURL: origin });
const google = (origin: string): Upstream => gemini({ apiKey, baseURL: `${origin}/v1beta` });

/** A server of the family that has no more than this. */
const family =
  (output: 'json_object' | 'none') =>
  (origin: string): Upstream =>
    openaiCompatible({ baseURL: `${origin}/v1`, quirks: { output } });

const fenced = `\`\`\`json\n${text}\n\`\`\``;
const fencedPieces = ['``', '`json', '\n', ...pieces, '\n`', '``', '\n'];
const jsonTool = { type: 'tool_use', id: 'toolu_1', name: 've_json_output' };
const nova = { toolUse: { toolUseId: 'tooluse_1', name: 'vector_engine_json_answer' } };
const inMessages = says(/"required\\*":\[\\*"city/);

const cases: readonly Case[] = [
  {
    name: 'a newer Claude, by its own option',
    model: 'claude-opus-4-6',
    make: claude,
    asked: { output_config: { format: { type: 'json_schema', schema } } },
    whole: message([{ type: 'text', text }]),
    stream: messagesEvents(
      { type: 'text', text: '' },
      pieces.map((piece) => ({ type: 'text_delta', text: piece })),
    ),
  },
  {
    name: 'an older Claude, by a tool that it must call',
    model: 'claude-3-5-sonnet-20241022',
    make: claude,
    asked: { tools: [{ input_schema: schema }], tool_choice: { type: 'tool', name: jsonTool.name } },
    whole: message([{ ...jsonTool, input: rome }], { stop_reason: 'tool_use' }),
    stream: messagesEvents(
      { ...jsonTool, input: {} },
      pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    ),
  },
  {
    name: "Bedrock's newer Claude, by its own option",
    model: 'us.anthropic.claude-opus-4-6-v1:0',
    make: aws,
    asked: { outputConfig: { textFormat: { structure: { jsonSchema: { schema: jsonText(schema) } } } } },
    whole: converse([{ text }]),
    stream: converseEvents(
      undefined,
      pieces.map((piece) => ({ text: piece })),
    ),
  },
  {
    name: 'Nova, by a tool that it must call',
    model: 'us.amazon.nova-pro-v1:0',
    make: aws,
    asked: {
      toolConfig: {
        tools: [{ toolSpec: { inputSchema: { json: schema } } }],
        toolChoice: { tool: { name: nova.toolUse.name } },
      },
    },
    whole: converse([{ toolUse: { ...nova.toolUse, input: rome } }], { stopReason: 'tool_use' }),
    stream: converseEvents(
      nova,
      pieces.map((input) => ({ toolUse: { input } })),
    ),
  },
  {
    name: 'Gemini, by its own option',
    model: 'gemini-2.5-flash',
    make: google,
    asked: { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema } },
    whole: candidate([{ text }]),
    stream: geminiEvents(pieces.map((piece) => candidate([{ text: piece }]))),
  },
  {
    name: 'a server that knows JSON without schemas, by its instructions',
    model: 'm',
    make: family('json_object'),
    asked: { response_format: { type: 'json_object' }, messages: inMessages },
    whole: completion({ content: text }),
    stream: chatEvents(pieces.map((content) => ({ content }))),
  },
  {
    name: 'a server that knows no formats, by its instructions',
    model: 'm',
    make: family('none'),
    asked: { response_format: (value: unknown) => value === undefined, messages: inMessages },
    whole: completion({ content: fenced }),
    stream: chatEvents(fencedPieces.map((content) => ({ content }))),
  },
];

const question = {
  model: 'any',
  messages: [{ role: 'user' as const, content: 'Which city?' }],
  response_format: { type: 'json_schema' as const, json_schema: { name: 'city', schema, strict: true } },
};

/** A client of OpenAI's, of a gateway to an upstream that answers so. */
async function open({ model, make, whole, stream }: Case, isStream: boolean) {
  const upstream = await replay(isStream ? stream : { headers: json, body: JSON.stringify(whole) });
  const gateway = createGateway({
    upstreams: { up: make(upstream.origin) },
    models: { any: `up/${model}` },
    open: true,
  });
  return {
    upstream,
    client: new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch }),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await upstream.close();
    },
  };
}

const inResponses = {
  model: 'any',
  input: 'Which city?',
  text: { format: { type: 'json_schema' as const, name: 'city', schema, strict: true } },
};

describe.each(cases)('structured output of $name', (row) => {
  test.each([false, true])('is plain JSON in a response; streamed: %s', async (isStream) => {
    await using opened = await open(row, isStream);
    const { responses } = opened.client;
    const answer = isStream
      ? await responses.stream(inResponses).finalResponse()
      : await responses.create(inResponses);
    expect(JSON.parse(answer.output_text)).toEqual(rome);
    expect(answer.status).toBe('completed');
    expect(answer.output.map(({ type }) => type)).toEqual(['message']);
    expect(fits(opened.upstream.requests[0]?.body, row.asked)).toBe(true);
  });
});

/** To a server of the caller's own format the question goes as it is. */
const ofOtherFormats = cases.filter(({ model }) => model !== 'm');

describe.each(ofOtherFormats)('structured output of $name', (row) => {
  test.each([false, true])('is plain JSON in a completion; streamed: %s', async (isStream) => {
    await using opened = await open(row, isStream);
    const { completions } = opened.client.chat;
    const answer = isStream
      ? await completions.stream(question).finalChatCompletion()
      : await completions.parse(question);
    const [choice] = answer.choices;
    expect(JSON.parse(choice?.message.content ?? '')).toEqual(rome);
    expect(choice?.finish_reason).toBe('stop');
    expect(choice?.message.tool_calls ?? []).toEqual([]);
  });
});

test('a caller that has tools of its own gets a call of them, or JSON', async () => {
  const call = { type: 'tool_use', id: 'toolu_2', name: 'weather', input: { city: 'Rome' } };
  await using upstream = await replay([
    { headers: json, body: JSON.stringify(message([call], { stop_reason: 'tool_use' })) },
    {
      headers: json,
      body: JSON.stringify(message([{ ...jsonTool, input: rome }], { stop_reason: 'tool_use' })),
    },
  ]);
  await using gateway = createGateway({
    upstreams: { up: claude(upstream.origin) },
    models: { any: 'up/claude-3-5-sonnet-20241022' },
    open: true,
  });
  const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
  const tools = [
    { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } },
  ];
  const first = await client.chat.completions.create({ ...question, tools });
  expect(first.choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { tool_calls: [{ id: 'toolu_2', function: { name: 'weather' } }] },
  });
  const second = await client.chat.completions.create({ ...question, tools });
  expect(second.choices[0]?.finish_reason).toBe('stop');
  expect(JSON.parse(second.choices[0]?.message.content ?? '')).toEqual(rome);
  expect(upstream.requests[1]?.body).toMatchObject({ tool_choice: { type: 'any' } });
});
