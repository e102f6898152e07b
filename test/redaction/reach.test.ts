import {
  createGateway,
  type Gateway,
  memoryLedger,
  openai,
  type RedactionRuleOptions,
} from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { wav } from '../media/operations.ts';
import { openStudio } from '../media/studio.ts';
import { refusalOf, serveUpgrades } from '../realtime/support.ts';
import { openWorld } from '../video/world.ts';
import { marksIn } from './company.ts';
import { at, eventsOf } from './faces.ts';

const reversible: RedactionRuleOptions = { kinds: ['email'], mode: 'reversible' };
const address = 'ann@acme.example';

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

test('a conversation over a WebSocket does not begin where a rule holds', async () => {
  await using upstream = await simulatedOpenAI();
  await using gateway: Gateway = createGateway({
    open: true,
    upstreams: { vendor: openai({ apiKey: 'sk-test', baseURL: upstream.baseURL }) },
    models: { voice: 'vendor/gpt-realtime' },
    redaction: { rules: [reversible] },
  });
  await using host = await serveUpgrades(gateway);
  const refusal = await refusalOf(`${host.webSockets}/v1/realtime?model=voice`);
  expect(refusal.status).toBe(400);
  expect(JSON.stringify(refusal)).toContain('sensitive_data');
  expect(upstream.requests).toEqual([]);
});

describe('what a vendor of media says again', () => {
  test('is the original: the revised prompt of a picture', async () => {
    await using studio = await openStudio({
      vendors: ['openai'],
      models: ['dall-e-3'],
      simulation: { answer: (request) => `A letter to ${marksIn(request).join()}, in oil` },
      redaction: { rules: [reversible] },
    });
    const response = await studio.ask('/v1/images/generations', { model: 'made', prompt: `To ${address}` });
    expect(at(await response.json(), 'data', 0, 'revised_prompt')).toBe(`A letter to ${address}, in oil`);
  });

  test('is the original: a transcript, whole, as text, and streamed', async () => {
    await using studio = await openStudio({
      vendors: ['openai'],
      models: ['gpt-4o-transcribe'],
      simulation: {
        answer: (request) => ({ content: ['I am ', ...Array.from(marksIn(request)[0] ?? ''), '.'] }),
      },
      redaction: { rules: [reversible] },
    });
    for (const format of ['json', 'text', 'stream']) {
      const form = new FormData();
      form.set('model', 'made');
      form.set('prompt', `With ${address}`);
      form.set('response_format', format === 'stream' ? 'json' : format);
      if (format === 'stream') form.set('stream', 'true');
      form.set('file', new File([new Uint8Array(wav)], 'fox.wav', { type: 'audio/wav' }));
      const response = await studio.form('/v1/audio/transcriptions', form);
      const text = await response.text();
      const said =
        format === 'stream'
          ? eventsOf(text)
              .map((event) => (at(event, 'type') === 'transcript.text.delta' ? at(event, 'delta') : ''))
              .join('')
          : text;
      expect([format, said]).toEqual([format, expect.stringContaining(`I am ${address}.`)]);
    }
  });

  test('is the original: text completions, whole and streamed', async () => {
    await using studio = await openStudio({
      vendors: ['openai'],
      models: ['gpt-3.5-turbo-instruct'],
      simulation: {
        answer: (request) => ({ content: ['I am ', ...Array.from(marksIn(request)[0] ?? ''), '.'] }),
      },
      redaction: { rules: [reversible] },
    });
    for (const stream of [false, true]) {
      const response = await studio.ask('/v1/completions', {
        model: 'made',
        prompt: `I am ${address}`,
        stream,
      });
      const text = await response.text();
      const events = stream ? eventsOf(text) : [JSON.parse(text) as unknown];
      expect(events.map((event) => textIn(at(event, 'choices', 0, 'text'))).join('')).toBe(
        `I am ${address}.`,
      );
    }
  });
});

test('a prompt of a film is hidden from who makes it, and not from who asked', async () => {
  await using world = await openWorld({ redaction: { rules: [reversible] } });
  const response = await world.ask('/v1/videos', { model: 'film', prompt: `A letter to ${address}` });
  const video: unknown = await response.json();
  expect([response.status, at(video, 'prompt') ?? `A letter to ${address}`]).toEqual([
    200,
    `A letter to ${address}`,
  ]);
  const sent = world.studio.requests.map(({ rawBody }) => rawBody.toString('latin1')).join('');
  expect(sent).not.toContain(address);
  expect(sent).toContain('A letter to [EMAIL_1]');
});

test('a stream that broke off is not gone on with where what it said must not be told', async () => {
  await using first = await simulatedOpenAI({
    answer: () => ({ content: ['Write to ', 'ann@acme', '.example', ' now', ' or', ' never'] }),
  });
  await using second = await simulatedOpenAI({ answer: () => ' gone on' });
  first.fail({ type: 'cut', afterEvents: 5, how: 'reset' });
  await using gateway: Gateway = createGateway({
    open: true,
    upstreams: {
      first: openai({ apiKey: 'sk-test', baseURL: first.baseURL, region: 'eu' }),
      second: openai({ apiKey: 'sk-test', baseURL: second.baseURL }),
    },
    models: { made: ['first/gpt-4o', 'second/gpt-4o'] },
    continuation: true,
    redaction: { rules: [{ ...reversible, exceptRegions: ['eu'] }] },
  });
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'made', stream: true, messages: [{ role: 'user', content: 'Whom?' }] }),
  });
  // It had begun, so that there was something to go on with.
  expect(await response.text()).toContain('.example');
  expect(second.requests.map(({ rawBody }) => rawBody.toString()).join('')).not.toContain('acme');
});

test.each(['mask', 'block'] as const)(
  'the ledger has how many of each kind were found, and nothing of what they were: %s',
  async (mode) => {
    await using upstream = await simulatedOpenAI();
    const ledger = memoryLedger();
    await using gateway: Gateway = createGateway({
      open: true,
      upstreams: { vendor: openai({ apiKey: 'sk-test', baseURL: upstream.baseURL }) },
      models: { made: 'vendor/gpt-4o' },
      ledger,
      redaction: { rules: [{ kinds: ['email', 'card'], mode }] },
    });
    const content = `${address}, bob@acme.example and 4111 1111 1111 1111`;
    const response = await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'made', messages: [{ role: 'user', content }] }),
    });
    await response.text();
    await gateway.close({ grace: 1000 });
    const { entries } = await ledger.query({});
    expect(entries).toEqual([expect.objectContaining({ redacted: { email: 2, card: 1 } })]);
    expect(JSON.stringify(entries)).not.toContain('acme');
  },
);
