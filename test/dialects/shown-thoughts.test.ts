import { createGateway, gemini } from '@vector-engine/core';
import { simulatedGemini } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';

/** Whether a gateway asks Gemini to show its thoughts, where a caller asks for this. */
async function shownFor(path: string, body: object): Promise<boolean> {
  await using upstream = await simulatedGemini();
  await using gateway = createGateway({
    upstreams: { google: gemini({ apiKey: 'k', baseURL: `${upstream.origin}/v1beta` }) },
    models: { any: 'google/gemini-3-flash-preview' },
    open: true,
    strict: true,
  });
  const response = await gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'any', ...body }),
  });
  expect(response.status).toBe(200);
  return JSON.stringify(upstream.requests[0]?.body).includes('"includeThoughts":true');
}

const messages = [{ role: 'user', content: 'Hello' }];

describe('thoughts are shown', () => {
  test.each([
    ['/v1/chat/completions', { messages, reasoning_effort: 'low' }],
    ['/v1/messages', { messages, max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 2048 } }],
    ['/v1/responses', { input: 'Hello', reasoning: { effort: 'low', summary: 'auto' } }],
  ])('where they are asked for, and the format shows what is asked for: %s', async (path, body) => {
    expect(await shownFor(path, body)).toBe(true);
  });

  test.each([
    ['/v1/chat/completions', { messages }],
    ['/v1/chat/completions', { messages, reasoning_effort: 'none' }],
    ['/v1/chat/completions', { messages, reasoning: { effort: 'low', exclude: true } }],
    ['/v1/responses', { input: 'Hello', reasoning: { effort: 'low' } }],
  ])('and else not: %s %j', async (path, body) => {
    expect(await shownFor(path, body)).toBe(false);
  });
});
