import {
  createGateway,
  type Detect,
  type Finding,
  type Gateway,
  openai,
  type RedactionRuleOptions,
} from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import { kindOf, marksIn, openCompany, repeats } from './company.ts';
import { at, faces } from './faces.ts';

const openAI = kindOf('OpenAI');
const question = { model: 'made', messages: [{ role: 'user', content: 'I am ann@acme.example.' }] };
const chat = '/v1/chat/completions';

const failing: readonly (readonly [name: string, detect: Detect])[] = [
  [
    'throws',
    () => {
      throw new Error('of ann@acme.example');
    },
  ],
  ['rejects', () => Promise.reject(new Error('of ann@acme.example'))],
  ['finds something outside of the text', () => [{ kind: 'person', start: 0, end: 1000 }]],
  ['finds something that ends before it begins', () => [{ kind: 'person', start: 3, end: 1 }]],
  ['gives a kind that is no word', () => [{ kind: 'ann@acme.example', start: 0, end: 1 }]],
  ['takes too long', () => new Promise(() => {})],
];

test.each(failing)('a detector that %s refuses the call', async (_, detect) => {
  const logged: unknown[] = [];
  const log = (fields: object): void => void logged.push(fields);
  await using company = await openCompany(openAI, repeats(3), {
    redaction: { rules: [{ detect, mode: 'mask' }], timeout: 20 },
    logger: { debug: log, info: log, warn: log, error: log },
  });
  const response = await company.ask(chat, question);
  const text = await response.text();
  expect([response.status, at(JSON.parse(text), 'error', 'code')]).toEqual([503, 'redaction_failed']);
  expect(text).not.toContain('acme');
  expect(company.upstream.requests).toEqual([]);
  expect(logged).toContainEqual(
    expect.objectContaining({ err: expect.any(Error) as unknown, upstream: 'vendor' }),
  );
});

test('a detector that takes too long does not outlive its caller', async () => {
  await using company = await openCompany(openAI, repeats(3), {
    redaction: { rules: [{ detect: () => new Promise(() => {}), mode: 'mask' }] },
  });
  const response = await company.ask(chat, question, { 'x-vector-timeout': '30ms' });
  expect(response.status).toBe(504);
});

function findProjects(text: string): Finding[] {
  return Array.from(text.matchAll(/Project \w+/g), ({ 0: found, index }) => ({
    kind: 'project',
    start: index,
    end: index + found.length,
  }));
}

test('a detector of the operator says what is found, at once or later', async () => {
  await using company = await openCompany(openAI, repeats(3), {
    redaction: {
      rules: [
        { detect: findProjects, mode: 'reversible' },
        { detect: (text) => Promise.resolve(findProjects(text)), mode: 'mask' },
      ],
    },
  });
  const messages = [{ role: 'user', content: 'About Project Apollo and Project Gemini.' }];
  const response = await company.ask(chat, { model: 'made', messages });
  expect(marksIn(company.upstream.requests[0])).toEqual(['[PROJECT_1]', '[PROJECT_2]']);
  expect(await response.text()).toContain('Write to Project Apollo and Project Gemini!');
});

test.each(faces)('a refusal names the kind and the place, in the words of $name', async (face) => {
  await using company = await openCompany(openAI, repeats(3), {
    redaction: { rules: [{ kinds: ['email'], mode: 'block' }] },
  });
  const response = await company.ask(face.path(false), face.body(false));
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).toMatch(
    /'(?:messages|instructions|input|system|systemInstruction|tools)[^' ]*' has something in it/,
  );
  expect(text).toContain('email');
  expect(text).not.toContain('acme');
});

test('what goes to an upstream unread does not go where a rule holds', async () => {
  await using upstream = await simulatedOpenAI();
  await using gateway: Gateway = createGateway({
    open: true,
    upstreams: { vendor: openai({ apiKey: 'sk-test', baseURL: upstream.baseURL }) },
    models: { made: 'vendor/gpt-5.2' },
    passthrough: 'vendor',
    native: ['vendor'],
    redaction: { rules: [{ kinds: ['email'], mode: 'mask' }] },
  });
  for (const path of ['/v1/files', '/vendor/v1/files']) {
    const response = await gateway.fetch(`http://gateway${path}`);
    const answer: unknown = await response.json();
    expect([response.status, at(answer, 'error', 'code')]).toEqual([400, 'sensitive_data']);
  }
  expect(upstream.requests).toEqual([]);
});

test('another target without the rule is asked in place of one that may not be told', async () => {
  await using far = await simulatedOpenAI();
  await using near = await simulatedOpenAI();
  const rule: RedactionRuleOptions = { kinds: ['email'], mode: 'block', exceptRegions: ['eu'] };
  await using gateway: Gateway = createGateway({
    open: true,
    upstreams: {
      far: openai({ apiKey: 'sk-test', baseURL: far.baseURL, region: 'us' }),
      near: openai({ apiKey: 'sk-test', baseURL: near.baseURL, region: 'eu-west-1' }),
    },
    models: { made: ['far/gpt-5.2', 'near/gpt-5.2'] },
    redaction: { rules: [rule] },
  });
  const ask = (content: string): Promise<Response> =>
    gateway.fetch(`http://gateway${chat}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'made', messages: [{ role: 'user', content }] }),
    });
  expect((await ask('Hello')).headers.get('x-vector-upstream')).toBe('far');
  expect((await ask('I am ann@acme.example')).headers.get('x-vector-upstream')).toBe('near');
  expect([far.requests.length, near.requests.length]).toEqual([1, 1]);
  expect(near.requests[0]?.rawBody.toString()).toContain('ann@acme.example');
});

test('a rule holds for the models, upstreams and tenants that it names', async () => {
  await using one = await simulatedOpenAI();
  await using other = await simulatedOpenAI();
  const rules: RedactionRuleOptions[] = [
    { kinds: ['email'], mode: 'mask', models: ['guarded'] },
    { kinds: ['email'], mode: 'mask', models: ['one/gpt-4.1'] },
    { kinds: ['email'], mode: 'mask', upstreams: ['other'] },
    { kinds: ['email'], mode: 'mask', tenants: ['acme'] },
  ];
  const isHidden = async (model: string, tenant: string): Promise<boolean> => {
    await using gateway: Gateway = createGateway({
      identify: () => ({ tenant }),
      upstreams: {
        one: openai({ apiKey: 'sk-test', baseURL: one.baseURL }),
        other: openai({ apiKey: 'sk-test', baseURL: other.baseURL }),
      },
      models: {
        guarded: 'one/gpt-5.2',
        plain: 'one/gpt-5.2',
        small: 'one/gpt-4.1',
        elsewhere: 'other/gpt-5.2',
      },
      redaction: { rules },
    });
    one.requests.length = 0;
    other.requests.length = 0;
    const response = await gateway.fetch(`http://gateway${chat}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...question, model }),
    });
    await response.text();
    const [sent] = [...one.requests, ...other.requests];
    return sent?.rawBody.toString().includes('ann@acme.example') === false;
  };
  expect(await isHidden('guarded', 'umbrella')).toBe(true);
  expect(await isHidden('plain', 'umbrella')).toBe(false);
  expect(await isHidden('small', 'umbrella')).toBe(true);
  expect(await isHidden('elsewhere', 'umbrella')).toBe(true);
  expect(await isHidden('plain', 'acme')).toBe(true);
});
