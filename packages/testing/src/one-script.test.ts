import { expect, test } from 'vitest';
import {
  type AnswerScript,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedBedrock,
  simulatedGemini,
  simulatedOpenAI,
  simulatedVertex,
  type VendorOptions,
} from './index.ts';

/* A script says what the model says, in no vendor's format. */

const script: AnswerScript = () => ({
  content: 'Let me look.',
  reasoning: 'I have to look.',
  toolCalls: [{ name: 'look', arguments: { where: 'there' } }],
});

const text = 'Look!';
const schema = { type: 'object', properties: { where: { type: 'string' } } };
const contents = {
  contents: [{ role: 'user', parts: [{ text }] }],
  tools: [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: schema }] }],
  generationConfig: { thinkingConfig: { includeThoughts: true } },
};
const messages = {
  max_tokens: 2048,
  messages: [{ role: 'user', content: text }],
  tools: [{ name: 'look', input_schema: schema }],
  thinking: { type: 'enabled', budget_tokens: 1024 },
};

type Start = (options: VendorOptions) => Promise<SimulatedUpstream>;

test.each<[string, Start, string, object]>([
  ['Anthropic', simulatedAnthropic, '/v1/messages', { model: 'claude-sonnet-4-5', ...messages }],
  ['Gemini', simulatedGemini, '/v1beta/models/gemini-2.5-flash:generateContent', contents],
  [
    'Vertex AI with Gemini',
    simulatedVertex,
    '/v1/publishers/google/models/gemini-2.5-flash:generateContent',
    contents,
  ],
  [
    'Vertex AI with Claude',
    simulatedVertex,
    '/v1/publishers/anthropic/models/claude-opus-4-5@20251101:rawPredict',
    { anthropic_version: 'vertex-2023-10-16', ...messages },
  ],
  [
    'Bedrock',
    simulatedBedrock,
    '/model/anthropic.claude-sonnet-4-5-20250929-v1:0/converse',
    {
      messages: [{ role: 'user', content: [{ text }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'look', inputSchema: { json: schema } } }] },
      additionalModelRequestFields: { thinking: messages.thinking },
    },
  ],
  [
    'OpenAI, responses',
    simulatedOpenAI,
    '/v1/responses',
    { model: 'gpt-5', input: text, reasoning: { summary: 'auto' } },
  ],
])('the same script answers for %s', async (_, start, path, body) => {
  await using upstream = await start({ answer: script });
  const answer = await fetch(`${upstream.origin}${path}`, {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });
  const said = await answer.text();
  expect(said).toContain('"Let me look."');
  expect(said).toContain('"I have to look."');
  expect(said).toMatch(/"name": ?"look"/);
  expect(said.replaceAll(/[\s\\]/g, '')).toContain('{"where":"there"}');
});
