import { anthropic, createGateway, openaiCompatible } from '@vector-engine/core';
import { replay, simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';

const body = {
  model: 'any',
  seed: 7,
  logit_bias: { 50256: -100 },
  messages: [{ role: 'user', content: 'Hi' }],
};
const json = { 'content-type': 'application/json' };

const claude = {
  headers: json,
  body: JSON.stringify({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
};

test('what an upstream has no words for is left out and named', async () => {
  await using upstream = await replay(claude);
  await using gateway = createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL: upstream.baseURL }) },
    models: { any: 'claude/m' },
    open: true,
  });
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-vector-dropped')?.split(', ').toSorted()).toEqual(['logit_bias', 'seed']);
});

test('or refused by name in strict mode, and nothing is sent', async () => {
  await using upstream = await replay(claude);
  await using gateway = createGateway({
    upstreams: { claude: anthropic({ apiKey: 'k', baseURL: upstream.baseURL }) },
    models: { any: 'claude/m' },
    strict: true,
    open: true,
  });
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(400);
  const { error } = (await response.json()) as { error: { code: string; param: string; message: string } };
  expect(error.code).toBe('unsupported_parameter');
  expect(['seed', 'logit_bias']).toContain(error.param);
  expect(error.message).toContain("'seed'");
  expect(error.message).toContain("'logit_bias'");
  expect(upstream.requests).toHaveLength(0);
});

test('another target that has words for it is asked instead', async () => {
  await using upstream = await replay(claude);
  await using other = await simulatedOpenAI();
  await using gateway = createGateway({
    upstreams: {
      claude: anthropic({ apiKey: 'k', baseURL: upstream.baseURL }),
      other: openaiCompatible({ baseURL: other.baseURL }),
    },
    models: { any: ['claude/m', 'other/gpt-5.2'] },
    strict: true,
    open: true,
  });
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: json,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-vector-upstream')).toBe('other');
  expect(upstream.requests).toHaveLength(0);
});
