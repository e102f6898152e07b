import Anthropic from '@anthropic-ai/sdk';
import { createGateway } from '@vector-engine/core';
import { vectorEngine } from '@vector-engine/express';
import { manualClock } from '@vector-engine/testing';
import express from 'express';
import { assert, asyncProperty, constantFrom, nat, oneof, stringMatching, tuple } from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startHost } from '../hosts/hosts.ts';
import { ask } from '../hosts/send.ts';
import { serve } from '../hosts/serve.ts';
import { optionsFor } from '../hosts/stack.ts';
import { serveUpgrades } from '../realtime/support.ts';
import { askWith, secret, startKeyed } from './keyed.ts';

const chat = ['POST', '/v1/chat/completions', ask()] as const;

describe.each(['Express 5', 'Express 4', 'Koa 3', 'Koa 2', 'node:http'] as const)('%s', (name) => {
  test('the official clients are let in with a virtual key, and nobody is without a good one', async () => {
    await using keyed = await startKeyed();
    await using host = await startHost(name, keyed.gateway, '/ai');
    const { key } = keyed.user;
    const openai = (apiKey: string) => new OpenAI({ apiKey, baseURL: host.baseURL, maxRetries: 0 });
    const { choices } = await openai(key).chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(choices[0]?.message.content).toBe('You said: hello');
    const anthropic = new Anthropic({
      apiKey: key,
      baseURL: host.baseURL.replace(/\/v1$/, ''),
      maxRetries: 0,
    });
    const { content } = await anthropic.messages.create({
      model: 'gpt-4o',
      max_tokens: 50,
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(content).toMatchObject([{ type: 'text', text: 'You said: hello' }]);
    await expect(openai(`${key.slice(0, -2)}AA`).models.list()).rejects.toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
    const sent = JSON.stringify(keyed.upstream.requests);
    expect(keyed.upstream.requests).toHaveLength(2);
    expect(sent).not.toContain('sk-ve-');
  });

  test('a key for some addresses is good from there only', async () => {
    await using keyed = await startKeyed();
    await using host = await startHost(name, keyed.gateway, '/ai');
    const here = await keyed.gateway.keys.create({ name: 'here', addresses: ['127.0.0.0/8', '::1'] });
    const there = await keyed.gateway.keys.create({ name: 'there', addresses: ['10.0.0.0/8'] });
    const from = async ({ key }: { readonly key: string }) =>
      (await fetch(`${host.baseURL}/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await from(here), await from(there)]).toEqual([200, 403]);
    // Nobody knows where a call in process comes from.
    expect((await askWith(keyed, here.key, ['GET', '/v1/models'])).status).toBe(403);
  });
});

test('the address is the one that Express knows behind its proxies, and no caller’s own word', async () => {
  await using keyed = await startKeyed();
  const { key } = await keyed.gateway.keys.create({ name: 'n', addresses: ['203.0.113.7'] });
  for (const [trust, status] of [
    [true, 200],
    [false, 403],
  ] as const) {
    const app = express().set('trust proxy', trust).use('/ai', vectorEngine(keyed.gateway));
    await using host = await serve(app);
    const headers = { 'x-api-key': key, 'x-forwarded-for': '203.0.113.7' };
    const response = await fetch(`${host.origin}/ai/v1/models`, { headers });
    expect(response.status).toBe(status);
  }
});

test('what is no good key lets nobody in, and what is said of it helps nobody', async () => {
  await using keyed = await startKeyed();
  const { key } = keyed.user;
  const other = `${key.slice(0, -4)}AAAA`;
  const wrong = [
    key.slice(0, -1),
    key + key,
    `${key}A`,
    other,
    'sk-ve-',
    `sk-ve-${'A'.repeat(2 ** 20)}`,
    'x',
  ];
  const replies = await Promise.all(wrong.map((one) => askWith(keyed, one, chat)));
  const nobody = await askWith(keyed, undefined, chat);
  for (const { status, json } of replies) {
    expect(status).toBe(401);
    expect(json).toEqual(nobody.json);
  }
  expect(keyed.upstream.requests).toHaveLength(0);
});

test('keys that chance makes are refused, and nothing breaks', async () => {
  await using keyed = await startKeyed();
  const { key } = keyed.user;
  const changed = tuple(nat(key.length - 1), constantFrom('A', '-', ' ', '%', '~', '""'))
    .map(([at, letter]) => key.slice(0, at) + letter + key.slice(at + 1))
    .filter((one) => one !== key);
  const madeUp = stringMatching(/^sk-ve-[\w-]{0,60}$/);
  await assert(
    asyncProperty(oneof(changed, madeUp), async (one) => {
      const headers = [{ authorization: `Bearer ${one}` }, { 'x-api-key': one }, { 'x-goog-api-key': one }];
      for (const init of headers) {
        const { status } = await keyed.gateway.fetch('http://g/v1/models', { headers: init });
        expect(status).toBe(401);
      }
    }),
    { numRuns: 60 },
  );
});

test('disabled, expired and replaced keys are refused with the reason; deleted ones without', async () => {
  const clock = manualClock();
  await using keyed = await startKeyed({ clock });
  const { keys } = keyed.gateway;
  const { key, record } = keyed.user;
  const said = async (one = key) => {
    const { status, json } = await askWith(keyed, one, ['GET', '/v1/models']);
    return status === 200 ? 200 : json.error.message;
  };
  expect(await said()).toBe(200);
  await keys.disable(record.id);
  expect(await said()).toBe('You are not let in: this key is disabled.');
  await keys.enable(record.id);
  expect(await said()).toBe(200);
  const rotated = await keys.rotate(record.id, { grace: 1000 });
  expect([await said(), await said(rotated.key)]).toEqual([200, 200]);
  await clock.advance(1000);
  expect([await said(), await said(rotated.key)]).toEqual([
    'You are not let in: this key was replaced by another.',
    200,
  ]);
  await keys.update(record.id, { expiresAt: clock.now() + 1000 });
  await clock.advance(1000);
  expect(await said(rotated.key)).toBe('You are not let in: this key has expired.');
  await keys.delete(record.id);
  expect(await said(rotated.key)).toMatch(/^You are not known here/);
});

const broken = () => Promise.reject(new Error('disk is gone'));

test('keys that cannot be read let nobody in', async () => {
  const lines: object[] = [];
  const record = (fields: object): void => void lines.push(fields);
  const logger = { debug: record, info: record, warn: record, error: record };
  await using keyed = await startKeyed({ logger });
  const store = {
    insert: broken,
    get: broken,
    findDigest: broken,
    list: broken,
    replace: broken,
    delete: broken,
  };
  await using gateway = createGateway({ ...optionsFor(keyed.upstream), keys: { store }, secret, logger });
  const { status, text } = await askWith({ gateway }, keyed.user.key, chat);
  expect([status, text]).toEqual([503, expect.not.stringContaining('disk')]);
  await expect(gateway.keys.create({ name: 'n' })).rejects.toMatchObject({ code: 'VE_STORE_FAILED' });
  expect(lines.length).toBeGreaterThan(0);
  expect(keyed.upstream.requests).toHaveLength(0);
});

test('a key is nowhere but in the answer that shows it', async () => {
  const told: unknown[] = [];
  const record = (...line: unknown[]): void => void told.push(line);
  await using keyed = await startKeyed({
    logger: { debug: record, info: record, warn: record, error: record },
  });
  const { gateway, boss, user } = keyed;
  for (const event of ['request', 'attempt', 'end'] as const) gateway.on(event, record);
  const second = (await askWith(keyed, boss.key, ['POST', '/admin/keys', { name: 'second' }])).json;
  for (const { key } of [user, second]) {
    await askWith(keyed, key, chat);
    await askWith(keyed, `${key}A`, chat);
    const asked = [`/v1beta/models?key=${key}`, `/v1/models?key=${key}A`, `/v1/none?key=${key}`];
    for (const path of asked) told.push((await askWith(keyed, undefined, ['GET', path])).text);
    told.push((await askWith(keyed, key, ['GET', '/admin/keys'])).text);
  }
  for (const path of ['/admin/keys', `/admin/keys/${user.record.id}`])
    told.push((await askWith(keyed, boss.key, ['GET', path])).text);
  told.push(await gateway.keys.list(), gateway.stats());
  const text = JSON.stringify(told);
  expect(text.length).toBeGreaterThan(1000);
  for (const { key } of [boss, user, second]) {
    expect(text).not.toContain(key.slice(0, 20));
    expect(text).not.toContain(key.slice(12, -4));
  }
  expect(text).not.toMatch(/"(?:previousD|d)igest"/);
});

test('a browser’s WebSocket is let in with a key among its protocols', async () => {
  await using keyed = await startKeyed();
  await using host = await serveUpgrades(keyed.gateway);
  const { key } = keyed.user;
  const dial = (one: string) =>
    new Promise<number>((resolve) => {
      const protocols = ['realtime', `openai-insecure-api-key.${one}`];
      const socket = new WebSocket(`${host.webSockets}/v1/realtime?model=gpt-none`, protocols);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => {});
      socket.on('open', () => resolve(101));
    });
  expect(await dial(`${key.slice(0, -4)}AAAA`)).toBe(401);
  // Let in, to find that there is no such model.
  expect(await dial(key)).toBe(404);
});

test('a key is held to its models and operations, on every way', async () => {
  await using keyed = await startKeyed({ native: ['sim'] });
  const { keys } = keyed.gateway;
  const few = await keys.create({ name: 'few', models: ['gpt-4o*'], operations: ['chat', 'embed*'] });
  const some = await keys.create({ name: 'some', models: ['gpt-4o'] });
  const asked = async (key: string, path: string, body?: object) => {
    const { status, json } = await askWith(keyed, key, [body === undefined ? 'GET' : 'POST', path, body]);
    return [status, status < 300 ? '' : json.error.message];
  };
  expect(await asked(few.key, '/v1/chat/completions', ask())).toContain(200);
  expect(await asked(few.key, '/v1/chat/completions', ask({ model: 'gpt-4o-mini' }))).toContain(200);
  expect(await asked(few.key, '/v1/chat/completions', ask({ model: 'gpt-5.2' }))).toEqual([
    403,
    "Not allowed: the model 'gpt-5.2' is not allowed to you.",
  ]);
  const responses = { model: 'gpt-5.2', input: 'hello' };
  expect(await asked(few.key, '/v1/responses', responses)).toContain(403);
  expect(await asked(few.key, '/v1/messages', ask({ model: 'gpt-5.2', max_tokens: 9 }))).toContain(403);
  const gemini = { contents: [{ parts: [{ text: 'hello' }] }] };
  expect(await asked(few.key, '/v1beta/models/gpt-5.2:generateContent', gemini)).toContain(403);
  expect(await asked(few.key, '/v1/moderations', { model: 'gpt-4o', input: 'x' })).toEqual([
    403,
    "Not allowed: the operation 'moderations' is not allowed to you.",
  ]);
  // What is not read could name any model.
  for (const { key } of [few, some])
    expect(await asked(key, '/sim/v1/chat/completions', ask({ model: 'gpt-5.2' }))).toContain(403);
  expect(
    await asked(keyed.user.key, '/sim/v1/chat/completions', ask({ model: 'gpt-5.2' })),
  ).not.toMatchObject([403]);
  const { text } = await askWith(keyed, some.key, ['GET', '/v1/models']);
  expect((JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual(['gpt-4o']);
  expect(await asked(some.key, '/v1/models/gpt-4o')).toContain(200);
  expect(await asked(some.key, '/v1/models/gpt-5.2')).toContain(404);
  const bodies = keyed.upstream.requests.map(({ path, body }) => [path, (body as { model: string }).model]);
  expect(bodies.filter(([, model]) => model === 'gpt-5.2')).toHaveLength(1);
});
