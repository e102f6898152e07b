import { anthropic, createGateway, defineUpstream, gemini, type Upstream } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { expect, test } from 'vitest';

const headers = { 'content-type': 'application/json' };
const user = { role: 'user', content: 'Hello' };
const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];

/** An upstream of this format; what it would answer does not matter to a strict gateway that asks it nothing. */
type Make = (baseURL: string) => Upstream;

const responses: Make = (baseURL) => defineUpstream({ vendor: 'r', dialect: 'openai-responses', baseURL });
const claude: Make = (baseURL) => anthropic({ apiKey: 'k', baseURL });
const google: Make = (baseURL) => gemini({ apiKey: 'k', baseURL });

const messages = '/v1/messages';
const generate = '/v1beta/models/any:generateContent';

test.each<[path: string, body: object, make: Make, name: string]>([
  ['/v1/chat/completions', { messages: [user], seed: 7 }, claude, 'seed'],
  ['/v1/responses', { input: 'Hello', text: { verbosity: 'low' } }, claude, 'text.verbosity'],
  ['/v1/responses', { input: 'Hello', safety_identifier: 'u' }, google, 'safety_identifier'],
  [messages, { max_tokens: 9, messages: [user], stop_sequences: ['END'] }, responses, 'stop_sequences'],
  [messages, { max_tokens: 9, messages: [user], metadata: { user_id: 'u' } }, google, 'metadata.user_id'],
  [generate, { contents, generationConfig: { seed: 7 } }, claude, 'generationConfig.seed'],
  [generate, { contents, safetySettings: [{ category: 'X' }] }, claude, 'safetySettings'],
  [
    generate,
    { contents, generationConfig: { audioTimestamp: true } },
    claude,
    'generationConfig.audioTimestamp',
  ],
])('%s %j is refused in strict mode by the name that the caller gave it', async (path, body, make, name) => {
  await using upstream = await replay({ headers, body: '{}' });
  await using gateway = createGateway({
    upstreams: { up: make(upstream.baseURL) },
    models: { any: 'up/m' },
    strict: true,
    open: true,
  });
  const response = await gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(path === generate ? body : { model: 'any', ...body }),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(`'${name}'`);
  expect(upstream.requests).toHaveLength(0);
});
