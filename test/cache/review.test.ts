import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, openai, anthropic, gemini } from '@vector-engine/core';
import { redisCache, redisState } from '@vector-engine/redis';
import { createClient } from 'redis';
import { startRedis } from '../redis/redis-server.ts';
import { expect, test } from 'vitest';
import { cacheOf, openWorld, question, read, settle } from './world.ts';

async function up(answer: (n: number, body: string, response: ServerResponse, headers: any) => void) {
  let n = 0; let closed = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (d) => (body += d));
    request.on('end', () => { response.on('close', () => { if (!response.writableEnded) closed++; }); answer(++n, body, response, request.headers); });
  });
  await new Promise<void>((r) => server.listen(0, r));
  return { get n() { return n; }, get closed() { return closed; }, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, close: () => { server.closeAllConnections(); server.close(); } };
}
const ok = (text: string, n = 0) => JSON.stringify({ id: `c${n}`, object: 'chat.completion', created: 1, model: 'gpt-4o', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
const json = (r: ServerResponse, text: string, h = {}) => { r.writeHead(200, { 'content-type': 'application/json', ...h }); r.end(text); };
const raw = (gateway: any, body: BodyInit, headers = {}, path = '/v1/chat/completions', signal?: AbortSignal) => gateway.fetch(`http://gateway${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, signal: signal ?? null }) as Promise<Response>;
const mk = (u: any, own: object = {}) => createGateway({ open: true, upstreams: { openai: openai({ apiKey: 'sk-0123456789012345678901234', baseURL: u.url }) }, models: { 'gpt-4o': 'openai' }, cache: {}, ...own } as any);
const sleep = (n: number) => new Promise((r) => setTimeout(r, n));

test('redis garbage', async () => {
  const redis = await startRedis();
  const client = createClient({ url: `redis://127.0.0.1:${redis.port}` }); await client.connect();
  const evil = createClient({ url: `redis://127.0.0.1:${redis.port}` }); await evil.connect();
  const u = await up((n, _b, r) => json(r, ok('x', n)));
  const first = mk(u, { cache: { tier: redisCache(client) } });
  await (await raw(first, JSON.stringify(question))).text(); await sleep(50);
  const keys = await evil.keys('*'); console.log(keys);
  const name = keys.find((k) => k.includes(':cache:'))!;
  const value = (await evil.withTypeMapping({ 36: Buffer } as any).get(name)) as unknown as Buffer;
  const tries: [string, () => Promise<unknown>][] = [
    ['truncated', () => evil.set(name, value.subarray(0, 60))],
    ['gen only', () => evil.set(name, value.subarray(0, 22))],
    ['huge len', () => evil.set(name, Buffer.concat([value.subarray(0, 22), Buffer.from([255, 255, 255, 255]), value.subarray(26)]))],
    ['list', async () => { await evil.del(name); await evil.lPush(name, 'x'); }],
    ['16MB', () => evil.set(name, Buffer.concat([value.subarray(0, 22), Buffer.alloc(16e6, 97)]))],
    ['16MB valid-ish', () => evil.set(name, Buffer.concat([value, Buffer.alloc(16e6, 97)]))],
    ['counts string', async () => { await evil.set(name, value); await evil.del('vector-engine:invalidations'); await evil.set('vector-engine:invalidations', 'x'); }],
  ];
  for (const [what, act] of tries) {
    await evil.del('vector-engine:invalidations').catch(() => {}); await evil.hSet('vector-engine:invalidations', 'epoch', 'e');
    await act();
    const g = mk(u, { cache: { tier: redisCache(client) } }); const events: any[] = []; g.on('cacheTier', (e) => events.push(e));
    const r = await raw(g, JSON.stringify(question)); console.log(what, r.status, cacheOf(r), (await r.text()).length, JSON.stringify(events), g.stats().cache?.bytes);
    await g.close({ grace: 0 });
  }
  // shared state
  await evil.sAdd('vector-engine:current', ['vector-engine:current:a', 'vector-engine:current:b']); await evil.lPush('vector-engine:current:a', 'x');
  await evil.set('vector-engine:current:b', JSON.stringify({ type: 'breaker-opening', after: 'failures', from: 'x', upstream: 'openai', model: 'gpt-4o', for: 1e12 }), { PX: 1e12 });
  const g = mk(u, { shared: redisState(client) }); const events: any[] = []; g.on('shared', (e) => events.push(e)); g.on('breaker', (e) => events.push(e));
  await sleep(300); console.log('shared', JSON.stringify(events), JSON.stringify(g.stats().targets));
  const r = await raw(g, JSON.stringify(question)); console.log(r.status);
  for (const message of ['null', '[]', '1', '{"type":"breaker-opening","after":"failures","from":"x","upstream":"__proto__","model":"constructor","for":5}', '{"type":"key-rest","from":"x","upstream":"openai","model":"gpt-4o","for":1e308,"key":"x","problem":"limited"}', 'x'.repeat(1e6)]) await evil.publish('vector-engine:notices', message);
  for (const message of ['null', '{"selection":{"tenant":5}}', '{"selection":[],"total":{}}', 'x']) await evil.publish('vector-engine:invalidated', message);
  await sleep(100); console.log(JSON.stringify(events));
  await g.close({ grace: 0 }); await first.close({ grace: 0 });
  client.destroy(); evil.destroy(); await redis.stop?.(); u.close();
}, 20000);

const sse = (r: ServerResponse, chunks: string[]) => { if (!r.headersSent) r.writeHead(200, { 'content-type': 'text/event-stream' }); for (const c of chunks) r.write(c); };
const ev = (content: string, finish: string | null = null) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

test('close during a flight and pace', async () => {
  const rs: ServerResponse[] = [];
  const u = await up((n, _b, r) => { rs.push(r); sse(r, [ev('hello')]); });
  const g = mk(u); const ends: any[] = []; g.on('end', (e) => ends.push(e));
  const a = await raw(g, JSON.stringify({ ...question, stream: true })); const b = await raw(g, JSON.stringify({ ...question, stream: true }));
  console.log('inflight', JSON.stringify(g.stats()).slice(0, 400));
  const closing = g.close({ grace: 100 }); await sleep(20);
  const c = await raw(g, JSON.stringify({ ...question, stream: true })); console.log('during', c.status, cacheOf(c));
  sse(rs[0]!, [ev('more', 'stop'), 'data: [DONE]\n\n']); rs[0]!.end();
  console.log((await a.text()).length, (await b.text()).length); await closing; console.log('closed', ends.map((e) => [e.cache, e.status, e.error, e.usage, e.attempts]));
  u.close();
});

test('tool call in flight hang, last leaves, slot freed', async () => {
  const u = await up((n, _b, r) => sse(r, [ev('hello')]));
  const g = mk(u); const ends: any[] = []; g.on('end', (e) => ends.push(e)); const at: any[] = []; g.on('attempt', (e) => at.push(e));
  const ac = [new AbortController(), new AbortController(), new AbortController()];
  const rs = []; for (const one of ac) rs.push(await raw(g, JSON.stringify({ ...question, stream: true }), {}, undefined, one.signal));
  ac[0]!.abort(); await sleep(20); console.log('one left', u.closed, at.length);
  ac[1]!.abort(); await sleep(20); console.log('two left', u.closed);
  const t = performance.now(); ac[2]!.abort(); while (u.closed === 0 && performance.now() - t < 2000) await sleep(1); console.log('all left', u.closed, performance.now() - t);
  await sleep(20); console.log(ends.map((e) => [e.cache, e.status, e.error, e.attempts, e.usage]), at.map((e) => [e.outcome, e.error, e.request.id]), JSON.stringify(g.stats()).slice(0, 600));
  await g.close({ grace: 0 }); u.close();
});

test('shared error answers and ids; anthropic', async () => {
  const u = await up((n, _b, r) => setTimeout(() => { r.writeHead(400, { 'content-type': 'application/json', 'x-ratelimit-remaining-requests': '5' }); r.end(JSON.stringify({ error: { message: 'bad', type: 'invalid_request_error', param: null, code: null } })); }, 50));
  const g = mk(u); const ends: any[] = []; g.on('end', (e) => ends.push(e));
  const all = await Promise.all([1, 2, 3].map(() => raw(g, JSON.stringify(question)))); for (const r of all) console.log(r.status, cacheOf(r), JSON.stringify(Object.fromEntries(r.headers)), await r.text());
  await sleep(20); console.log(u.n, ends.map((e) => [e.cache, e.status, e.error, e.attempts, e.target]), g.stats().cache);
  await g.close({ grace: 0 }); u.close();
});

test('memory under many large distinct questions', async () => {
  const u = await up((n, _b, r) => json(r, ok('x'.repeat(200_000), n)));
  const g = mk(u, { cache: { bytes: 4e6, entryBytes: 1e6 } });
  for (let i = 0; i < 300; i++) await (await raw(g, JSON.stringify({ ...question, seed: i, messages: [{ role: 'user', content: 'y'.repeat(300_000) }] }))).text();
  await settle(); console.log(g.stats().cache, process.memoryUsage().rss / 1e6, process.memoryUsage().arrayBuffers / 1e6);
  await g.close({ grace: 0 }); u.close();
});
