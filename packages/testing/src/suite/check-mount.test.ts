import { describe, expect, test } from 'vitest';
import { checkMount, replay, simulatedOpenAI, simulatedOpenAICompatible } from '../index.ts';

test('what behaves as OpenAI does passes every check', async () => {
  await using upstream = await simulatedOpenAI({ apiKeys: ['sk-right'] });
  const findings = await checkMount({ baseURL: `${upstream.baseURL}/`, apiKey: 'sk-right', model: 'gpt-4o' });
  expect(findings.filter((finding) => !finding.passed)).toEqual([]);
  expect(findings).toHaveLength(6);
});

test('a fetch of its own needs no socket', async () => {
  await using upstream = await simulatedOpenAI();
  const asked: string[] = [];
  const findings = await checkMount({
    baseURL: 'http://gateway.invalid/v1',
    model: 'gpt-4o',
    fetch: (input, init) => {
      const { url } = new Request(input);
      asked.push(url);
      return fetch(url.replace('http://gateway.invalid', upstream.origin), init);
    },
  });
  expect(findings.every((finding) => finding.passed)).toBe(true);
  expect(asked).toContain('http://gateway.invalid/v1/models');
});

test('nobody there fails every check and throws nothing', async () => {
  const upstream = await simulatedOpenAI();
  await upstream.close();
  const findings = await checkMount({ baseURL: upstream.baseURL, model: 'gpt-4o' });
  expect(findings.map((finding) => finding.passed)).toEqual([false, false, false, false, false, false]);
});

describe('what is wrong is found', () => {
  test('a stream without its end', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'cut', afterEvents: 3, how: 'clean' });
    const findings = await checkMount({ baseURL: upstream.baseURL, model: 'gpt-4o' });
    const failing = findings.filter((finding) => !finding.passed).map((finding) => finding.name);
    expect(failing).toContain('a streamed chat completion ends with [DONE]');
  });

  test('a usage chunk that nobody asked for', async () => {
    const body =
      'data: {"choices":[{"index":0,"delta":{}}]}\n\ndata: {"choices":[],"usage":{}}\n\ndata: [DONE]\n\n';
    await using upstream = await replay({ headers: { 'content-type': 'text/event-stream' }, body });
    const findings = await checkMount({ baseURL: upstream.baseURL, model: 'm' });
    const finding = findings.find(({ name }) => name === 'no usage chunk comes unless asked for');
    expect(finding).toMatchObject({
      passed: false,
      detail: expect.stringContaining('clients read choices[0]'),
    });
  });

  test("an unknown model that is not refused in OpenAI's shape", async () => {
    await using upstream = await simulatedOpenAICompatible({ vendor: 'openrouter', models: ['m'] });
    const findings = await checkMount({ baseURL: upstream.baseURL, model: 'm' });
    expect(findings.at(-1)).toMatchObject({
      passed: false,
      detail: expect.stringContaining('expected status 404, got 400'),
    });
  });

  test('an unlisted model', async () => {
    await using upstream = await simulatedOpenAI();
    const [finding] = await checkMount({ baseURL: upstream.baseURL, model: 'gpt-9' });
    expect(finding).toMatchObject({ passed: false, detail: expect.stringContaining('gpt-9 is not among') });
  });
});
