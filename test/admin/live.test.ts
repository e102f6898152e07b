import { get, type IncomingMessage } from 'node:http';
import { createGateway, toNodeListener } from '@vector-engine/core';
import { type ManualClock, manualClock, simulatedOpenAI } from '@vector-engine/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Served, serve } from '../hosts/serve.ts';
import { optionsFor } from '../hosts/stack.ts';
import { until } from '../video/world.ts';

interface Tick {
  readonly calls: number;
  readonly failed: number;
  readonly active: number;
  readonly outputTokens: number;
  readonly entries: readonly Readonly<Record<string, unknown>>[];
}

async function open() {
  const clock: ManualClock = manualClock(Date.UTC(2026, 10, 22));
  const vendor = await simulatedOpenAI();
  const gateway = createGateway({
    ...optionsFor(vendor),
    identify: () => ({ tenant: 'acme', id: 'ann' }),
    admin: () => true,
    audit: { content: 'full' },
    clock,
  });
  const served = await serve(toNodeListener(gateway));
  const behind = await serve(toNodeListener(gateway.behind({ allow: () => true })));
  return { clock, vendor, gateway, served, behind };
}

type House = Awaited<ReturnType<typeof open>>;
let house: House;

beforeEach(async () => {
  house = await open();
});
afterEach(async () => {
  await house.gateway.close({ grace: 0 });
  await house.served.close();
  await house.behind.close();
  await house.vendor.close();
});

/** What is heard at an address, as it comes. */
async function listen({ origin }: Served): Promise<Listening> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${origin}/admin/live`, resolve).on('error', reject);
  });
  const heard = { text: '', isEnded: false };
  response.on('data', (piece: Buffer) => {
    heard.text += piece.toString();
  });
  response.on('end', () => {
    heard.isEnded = true;
  });
  const ticks = (): readonly Tick[] =>
    heard.text
      .split('\n\n')
      .filter((event) => event.startsWith('event: tick\n'))
      .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Tick);
  return { response, heard, ticks };
}

interface Listening {
  readonly response: IncomingMessage;
  readonly heard: { readonly text: string; readonly isEnded: boolean };
  readonly ticks: () => readonly Tick[];
}

function chat({ gateway }: House, model = 'gpt-4o', headers: Record<string, string> = {}): Promise<Response> {
  return gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'canary question' }] }),
  });
}

/** A call, whole. */
const call = async (...parameters: Parameters<typeof chat>): Promise<void> => {
  await (await chat(...parameters)).text();
};

test.each(['served', 'behind'] as const)('what ends is told as it ends: %s', async (where) => {
  const { clock, gateway } = house;
  const { response, heard, ticks } = await listen(house[where]);
  expect([response.statusCode, response.headers]).toMatchObject([
    200,
    {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    },
  ]);
  await until(() => ticks().length === 1);
  await call(house);
  await call(house, '<script>alert(1)</script>\u2028');
  await until(() => gateway.stats().active === 1);
  await clock.advance(500);
  await until(() => ticks().length === 2);
  expect(ticks()[1]).toMatchObject({
    calls: 2,
    failed: 1,
    active: 0,
    entries: [
      { model: 'gpt-4o', tenant: 'acme', principal: 'ann', status: 200 },
      { model: '<script>alert(1)</script>\u2028', status: 404, error: 'VE_MODEL_NOT_FOUND' },
    ],
  });
  // By this id it is found.
  const found = await gateway.fetch(`http://gateway/admin/calls/${String(ticks()[1]?.entries[0]?.['id'])}`);
  expect(await found.json()).toMatchObject({ model: 'gpt-4o', status: 200 });
  expect(heard.text).not.toContain('canary');
  response.destroy();
  await until(() => gateway.stats().active === 0);
});

test('of what leaves no trace, nothing is told but that it was', async () => {
  const { clock } = house;
  const { ticks, response } = await listen(house.served);
  await call(house, 'canary-model', { 'x-vector-traceless': '1', 'x-vector-tags': 'canary-tag' });
  await clock.advance(500);
  await until(() => ticks().length === 2);
  expect(ticks()[1]?.entries).toMatchObject([{ traceless: true, status: 404 }]);
  expect(JSON.stringify(ticks())).not.toContain('canary');
  response.destroy();
});

test('whoever leaves is forgotten, and what nobody hears is not counted', async () => {
  const { clock, gateway } = house;
  const all = await Promise.all(Array.from({ length: 10 }, () => listen(house.behind)));
  await until(() => all.every(({ ticks }) => ticks().length === 1));
  expect(gateway.stats().active).toBe(10);
  for (const { response } of all) response.destroy();
  await until(() => gateway.stats().active === 0);
  await call(house);
  await clock.advance(500);
  // What nobody heard is told to nobody.
  const { ticks, response } = await listen(house.behind);
  await until(() => ticks().length === 1);
  await clock.advance(2000);
  await call(house);
  await clock.advance(500);
  await until(() => ticks().some(({ calls }) => calls > 0));
  expect(ticks().map(({ calls }) => calls)).toEqual([0, 1]);
  response.destroy();
});

test('they do not keep the gateway from closing, and are ended properly', async () => {
  const { gateway } = house;
  const all = [await listen(house.served), await listen(house.behind)];
  await until(() => all.every(({ ticks }) => ticks().length === 1));
  // With the usual grace, of which no time goes by.
  await gateway.close();
  await until(() => all.every(({ heard }) => heard.isEnded));
  expect((await fetch(`${house.served.origin}/admin/live`)).status).toBe(503);
});

test('it goes on for longer than a call may take', async () => {
  const { clock, gateway } = house;
  const { heard, ticks, response } = await listen(house.served);
  await until(() => ticks().length === 1);
  await clock.advance(2 * 3_600_000);
  expect([heard.isEnded, gateway.stats().active]).toEqual([false, 1]);
  await call(house);
  await clock.advance(500);
  await until(() => ticks().at(-1)?.calls === 1);
  response.destroy();
});
