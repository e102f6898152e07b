import { expect, test } from 'vitest';
import { Secrets } from './hide-secrets.ts';
import { openai } from './openai/openai.ts';
import { OutgrownStream } from './read-outgrown.ts';
import { usageOfStream } from './settle-usage.ts';

test('the usage at the end of an answer that is not held is told, and no estimate', () => {
  const key = 'sk-of-the-operator-and-nobody-else';
  const stream = new OutgrownStream(new Secrets(openai({ apiKey: key }), key));
  const usage = { prompt_tokens: 9, total_tokens: 9 };
  const body = JSON.stringify({ data: 'x'.repeat(50_000), usage });
  const passed: Buffer[] = [];
  for (let at = 0; at < body.length; at += 999)
    passed.push(Buffer.from(stream.take(Buffer.from(body.slice(at, at + 999)))));
  passed.push(stream.end());
  expect(Buffer.concat(passed).toString()).toBe(body);
  expect(usageOfStream(stream, { input: 500, writes: false })).toEqual({
    inputTokens: 9,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
  });
});
