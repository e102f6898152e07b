import { createGateway, type Gateway, openaiCompatible, toNodeListener } from '@vector-engine/core';
import { type Fault, replay, type SimulatedUpstream } from '@vector-engine/testing';
import { expect } from 'vitest';
import { ask, send } from '../hosts/send.ts';
import { serve } from '../hosts/serve.ts';
import { hasFixtures, readFixture } from './fixtures.ts';

export const path = '/v1/chat/completions';
export const streams: readonly string[] = [
  'openai/text-stream',
  'openai/multi-choice-stream',
  'openai/parallel-tools-stream',
  'azure/model-router-stream',
  'deepseek/reasoning-stream',
  'groq/tool-stream',
  'mistral/thinking-chunks-stream',
  'xai/stream-with-zero-content',
];

/** Recordings whose last chunk is nothing but usage. */
export const withUsageChunk: ReadonlySet<string> = new Set(
  streams.filter((name) => /^(openai|azure)\//.test(name)),
);

/** Written byte by byte, the larger ones take seconds: they have a file of their own. */
export const small: readonly string[] = streams.filter(
  (name) => !hasFixtures || readFixture(name).body.length < 5000,
);

export const written: readonly { readonly how: string; readonly fault: Fault }[] = [
  { how: 'in writes of 1 byte', fault: { type: 'write', chunkSize: 1 } },
  { how: 'in writes of 3 bytes', fault: { type: 'write', chunkSize: 3 } },
  { how: 'with CRLF', fault: { type: 'write', lineEnding: '\r\n' } },
  { how: 'with CRLF in writes of 1 byte', fault: { type: 'write', lineEnding: '\r\n', chunkSize: 1 } },
  { how: 'with CRLF in writes of 3 bytes', fault: { type: 'write', lineEnding: '\r\n', chunkSize: 3 } },
  { how: 'with CR', fault: { type: 'write', lineEnding: '\r' } },
  { how: 'with comments between', fault: { type: 'write', commentBetweenEvents: 'keep-alive' } },
];

export function gatewayFor(upstream: SimulatedUpstream): Gateway<'gpt-4o'> {
  return createGateway({
    upstreams: { recorded: openaiCompatible({ baseURL: upstream.baseURL, apiKey: 'sk-upstream' }) },
    models: { 'gpt-4o': 'recorded' },
    open: true,
  });
}

export const asking: object = ask({ stream: true, stream_options: { include_usage: true } });
export const notAsking: object = ask({ stream: true });

/** The bytes as the upstream itself sends them, with no gateway between. */
async function sentBy({ port }: SimulatedUpstream): Promise<string> {
  return (await send({ port, ca: undefined }, { path, body: asking })).text;
}

/** The events that are left without the chunk that has usage and no choice. */
export function withoutUsageChunk(stream: string): string {
  const events = stream.match(/[\s\S]*?(?:\r\n\r\n|\n\n|\r\r)|[\s\S]+$/g) ?? [];
  return events.filter((event) => !isUsageChunk(event)).join('');
}

function isUsageChunk(event: string): boolean {
  const data = /^data: (\{.*\})$/m.exec(event.replaceAll('\r', '\n'))?.[1];
  if (data === undefined) return false;
  const chunk = JSON.parse(data) as { choices: unknown[]; usage?: object | null };
  return chunk.choices.length === 0 && typeof chunk.usage === 'object' && chunk.usage !== null;
}

/** What comes through a gateway is what the upstream sends, written as `fault` says. */
export async function expectVerbatim(name: string, fault: Fault): Promise<void> {
  await using upstream = await replay(readFixture(name));
  upstream.fail(fault);
  const direct = await sentBy(upstream);
  await using gateway = gatewayFor(upstream);
  await using host = await serve(toNodeListener(gateway));
  expect((await send(host, { path, body: asking })).text).toBe(direct);
  expect((await send(host, { path, body: notAsking })).text).toBe(withoutUsageChunk(direct));
}
