import { expect, test } from 'vitest';
import { toPrice } from '../catalog/price.ts';
import type { Call, Operation } from '../protocol/call.ts';
import type { Form, UploadedFile } from '../protocol/media.ts';
import type { BoundFacts } from './bound-call.ts';
import { mostCost } from './most-cost.ts';
import { readCall } from './read-call.ts';
import { readFormCall } from './read-form-call.ts';

const facts: BoundFacts = { model: 'm', window: undefined, maxOutput: 1000 };

function read(body: object, operation: Operation): Call {
  const head = { operation, dialect: 'openai-chat', headers: {} } as const;
  return readCall(Buffer.from(JSON.stringify({ model: 'm', ...body })), head);
}

function file(size: number, start: Uint8Array = Buffer.alloc(0), type = 'audio/mpeg'): UploadedFile {
  return {
    name: 'a',
    type,
    size,
    start,
    async *open() {
      yield Buffer.alloc(0);
    },
  };
}

function readForm(fields: Form['fields'], files: Form['files'], operation: Operation): Call {
  const form = { fields: [['model', 'm'] as const, ...fields], files };
  return readFormCall(form, { operation, dialect: 'openai-chat', headers: {} });
}

test('a chat costs its prompt, and its longest answer with it', () => {
  const call = read({ messages: [{ role: 'user', content: 'Hi' }] }, 'chat');
  const price = toPrice({ input: 2, output: 8 });
  const prompt = (call.bytes.byteLength + 512) * 2000;
  expect(mostCost(call, price, facts)).toEqual({
    prompt,
    most: prompt + 1000 * 8000,
    outputPrice: 8_000_000_000,
  });
});

test('a prompt may be written to the cache, and kept for an hour where that is asked for', () => {
  const price = toPrice({ input: 2, output: 8, cacheWrite: 3, cacheWriteHour: 4 });
  const messages = [{ role: 'user', content: 'Hi' }];
  const plain = read({ messages }, 'chat');
  expect(mostCost(plain, price, facts).prompt).toBe((plain.bytes.byteLength + 512) * 3000);
  const kept = read({ messages, cache_control: { type: 'ephemeral', ttl: '1h' } }, 'chat');
  expect(mostCost(kept, price, facts).prompt).toBe((kept.bytes.byteLength + 512) * 4000);
});

test('sound costs what sound costs, a search what a search costs', () => {
  const price = toPrice({
    input: 2,
    output: 8,
    audioInput: 40,
    audioOutput: 80,
    search: 0.01,
    request: 0.005,
  });
  const sound = { type: 'input_audio', input_audio: { format: 'wav', data: 'A'.repeat(4000) } };
  const call = read({ messages: [{ content: [sound] }], tools: [{ type: 'web_search' }] }, 'chat');
  const { prompt, outputPrice } = mostCost(call, price, facts);
  const audio = 4 * 32 * 40_000;
  const units = 10 * 10_000_000 + 5_000_000;
  expect(prompt).toBe(audio + units + (call.bytes.byteLength - 4000 + 512) * 2000);
  expect(outputPrice).toBe(80_000_000_000);
});

test('vectors have no output', () => {
  const call = read({ input: 'Hello' }, 'embeddings');
  const cost = (call.bytes.byteLength + 512) * 20;
  const most = mostCost(call, toPrice({ input: 0.02, output: 0 }), facts);
  expect(most).toEqual({ prompt: cost, most: cost, outputPrice: undefined });
});

test('pictures are as many as asked for, and of the dearest grade that was not said otherwise', () => {
  const price = toPrice({ image: { default: 0.04, hd: 0.08, 'hd 1024x1792': 0.12 } });
  const costs = (body: object): number => mostCost(read(body, 'images'), price, facts).most / 1e9;
  expect(costs({ prompt: 'a' })).toBe(0.12);
  expect(costs({ prompt: 'a', n: 3 })).toBeCloseTo(0.36);
  expect(costs({ prompt: 'a', quality: 'standard', size: '1024x1024' })).toBe(0.04);
  expect(costs({ prompt: 'a', quality: 'hd' })).toBe(0.12);
  const byToken = toPrice({ input: 5, output: 0, imageOutput: 40 });
  // More than what gpt-image-1 makes of its best quality.
  expect(mostCost(read({ prompt: 'a', n: 2 }, 'images'), byToken, facts).most).toBeGreaterThan(
    2 * 6240 * 40_000,
  );
});

test('speech is by the character or by tokens of sound', () => {
  const call = read({ input: 'a'.repeat(100), voice: 'b' }, 'speech');
  expect(mostCost(call, toPrice({ characters: 15 }), facts).most).toBe(100 * 15_000);
  const byToken = toPrice({ input: 0, output: 0, audioOutput: 12 });
  expect(mostCost(call, byToken, facts).most).toBe(100 * 5 * 12_000);
});

test('a recording is as long as so many bytes can be, or as its head says', () => {
  const price = toPrice({ second: 0.0001 });
  const squeezed = readForm([], [['file', file(60_000)]], 'transcriptions');
  expect(mostCost(squeezed, price, facts).most).toBe(60 * 100_000);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.write('WAVE', 8);
  head.writeUInt32LE(32_000, 28);
  const plain = readForm([], [['file', file(64_000, head, 'audio/wav')]], 'transcriptions');
  expect(mostCost(plain, price, facts).most).toBe(2 * 100_000);
});

test('a film is by the second, whichever way they are said', () => {
  const price = toPrice({ second: { '720p': 0.1, '1080p': 0.3 } });
  const most = (body: object): number => mostCost(read({ prompt: 'a', ...body }, 'video'), price, facts).most;
  expect(most({ seconds: '8', size: '1280x720' })).toBe(8 * 100_000_000);
  expect(most({ seconds: 8, resolution: '720p', quality: 'x' })).toBe(8 * 100_000_000);
  expect(most({ n: 2, duration: 5 })).toBe(10 * 300_000_000);
  expect(most({})).toBe(15 * 300_000_000);
});

test('documents are searched by the hundred', () => {
  const documents = Array.from({ length: 150 }, () => 'a');
  const call = read({ query: 'b', documents }, 'rerank');
  expect(mostCost(call, toPrice({ search: 0.002 }), facts).most).toBe(2 * 2_000_000);
});

test('a count costs nothing', () => {
  const call = read({ messages: [] }, 'count-tokens');
  expect(mostCost(call, toPrice({ input: 1, output: 1 }), facts).most).toBe(0);
});
