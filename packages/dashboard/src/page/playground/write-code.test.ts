import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { ChatWish } from './chat-wish.ts';
import { codeKinds, writeCode } from './write-code.ts';

const wish: ChatWish = {
  model: 'gpt-5.2',
  system: 'Say "yes".',
  user: "It's $HOME, `id`\nand \\ more",
  temperature: 1,
  maxTokens: 100,
};
const base = 'https://app.example/ai/v1/';

test('what curl is given is what the gateway is to be asked', () => {
  const code = writeCode('curl', wish, base);
  // In place of curl, a function that shows what it was called with.
  const script = `curl() { printf '%s\\0' "$@"; }\n${code}`;
  const given = execFileSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, VECTOR_ENGINE_KEY: 'sk-ve-x' },
  }).split('\0');
  expect(given.slice(0, 6)).toEqual([
    '-N',
    'https://app.example/ai/v1/chat/completions',
    '-H',
    'Authorization: Bearer sk-ve-x',
    '-H',
    'Content-Type: application/json',
  ]);
  expect(JSON.parse(given[7] ?? '')).toEqual({
    model: 'gpt-5.2',
    messages: [
      { role: 'system', content: 'Say "yes".' },
      { role: 'user', content: "It's $HOME, `id`\nand \\ more" },
    ],
    temperature: 1,
    max_completion_tokens: 100,
    stream: true,
  });
});

test('every language has the base URL without a slash at its end, and no key', () => {
  for (const kind of codeKinds) {
    const code = writeCode(kind, wish, base);
    expect(code).toContain('https://app.example/ai/v1');
    expect(code).not.toContain('/v1/"');
    expect(code).toContain('VECTOR_ENGINE_KEY');
  }
});

test('what is left out is not in the code', () => {
  const plain = { ...wish, system: '', temperature: undefined, maxTokens: undefined };
  for (const kind of codeKinds) {
    const code = writeCode(kind, plain, base);
    expect(code).not.toMatch(/['"]system|SystemMessage|temperature|max_?completion_?tokens/i);
  }
});

test('a temperature is a double in Java', () => {
  expect(writeCode('java', wish, base)).toContain('.temperature(1.0)');
  expect(writeCode('java', { ...wish, temperature: 0.7 }, base)).toContain('.temperature(0.7)');
});

test('the code in TypeScript is what people know', () => {
  expect(writeCode('typescript', { ...wish, user: 'Hi' }, base)).toBe(`import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: "https://app.example/ai/v1",
  apiKey: process.env.VECTOR_ENGINE_KEY,
});

const stream = await client.chat.completions.create({
  model: "gpt-5.2",
  messages: [
    { role: 'system', content: "Say \\"yes\\"." },
    { role: 'user', content: "Hi" },
  ],
  temperature: 1,
  max_completion_tokens: 100,
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}
`);
});
