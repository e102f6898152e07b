import { anthropic, createGateway, gemini, openaiCompatible } from '@vector-engine/core';
import { type Recording, replay } from '@vector-engine/testing';
import { OpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { hasFixtures, readFixture } from '../clients/fixtures.ts';

const json = { 'content-type': 'application/json' };
const thought = Buffer.from('what Gemini thought').toString('base64');

const byGemini: Recording = {
  headers: json,
  body: JSON.stringify({
    candidates: [
      {
        content: { role: 'model', parts: [{ text: 'Mexico City.', thoughtSignature: thought }] },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 },
  }),
};
const byOpenAI: Recording = {
  headers: json,
  body: JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5.2',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'About nine million.' }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
  }),
};

describe.skipIf(!hasFixtures)('one conversation across vendors', () => {
  test('each takes what the others have said, and gets its own signatures back', async () => {
    const recording = readFixture('anthropic/tool-with-thinking-roundtrip');
    await using claude = await replay(recording);
    await using google = await replay(byGemini);
    await using gpt = await replay(byOpenAI);
    await using gateway = createGateway({
      upstreams: {
        claude: anthropic({ apiKey: 'k', baseURL: claude.baseURL }),
        google: gemini({ apiKey: 'k', baseURL: google.baseURL }),
        gpt: openaiCompatible({ apiKey: 'k', baseURL: gpt.baseURL }),
      },
      models: { claude: 'claude/claude-sonnet-4-0', gemini: 'google/gemini-3.0-pro', gpt: 'gpt/gpt-5.2' },
      open: true,
    });
    const client = new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch });
    const tool = { name: 'get_user_country', parameters: { type: 'object', properties: {} } };
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'The largest city?' }];
    const ask = async (model: string): Promise<OpenAI.ChatCompletionMessage> => {
      const tools = [{ type: 'function' as const, function: tool }];
      const { choices } = await client.chat.completions.create({
        model,
        messages,
        tools,
        reasoning_effort: 'medium',
      });
      const message = choices[0]?.message;
      if (message === undefined) throw new Error('no answer');
      messages.push(message);
      return message;
    };

    const { tool_calls: calls = [] } = await ask('claude');
    for (const { id } of calls) messages.push({ role: 'tool', tool_call_id: id, content: 'Mexico' });
    expect((await ask('gemini')).content).toBe('Mexico City.');
    messages.push({ role: 'user', content: 'How many people?' });
    expect((await ask('gpt')).content).toBe('About nine million.');
    messages.push({ role: 'user', content: 'And the second?' });
    await ask('claude');
    messages.push({ role: 'user', content: 'And the third?' });
    await ask('gemini');

    const { content } = JSON.parse(String(recording.body)) as { content: { signature?: string }[] };
    const signature = content.find((block) => block.signature !== undefined)?.signature ?? 'none';
    const [, again] = claude.requests.map(({ body }) => JSON.stringify(body));
    // Claude's own block, as it came; Gemini's is for Gemini.
    expect(again).toContain(JSON.stringify(signature));
    expect(again).not.toContain(thought);
    const [first, second] = google.requests.map(({ body }) => JSON.stringify(body));
    expect(first).toContain('"functionCall"');
    expect(first).toContain('"functionResponse"');
    expect(first).not.toContain(signature);
    expect(second).toContain(thought);
    expect(second).not.toContain(signature);
    const [asked] = gpt.requests.map(({ body }) => JSON.stringify(body));
    expect(asked).toContain('"tool_call_id"');
    expect(asked).not.toContain(signature);
    expect(asked).not.toContain(thought);
  });
});
