import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Catalog } from '../catalog/catalog.ts';
import { priceNow } from '../catalog/model-facts.ts';
import { codecOf, loadCodecs } from '../dialects/load-codecs.ts';
import { convertUsage } from '../dialects/openai-chat/meter-usage.ts';
import { toUsage } from '../dialects/shared/to-usage.ts';
import { wireReader } from '../dialects/shared/wire-events.ts';
import type { ChatUsage } from '../protocol/chat-answer.ts';
import type { ChatDialect } from '../protocol/content.ts';
import { costOf } from '../protocol/cost-of.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Usage } from '../protocol/usage.ts';
import { parseUsage as parseImageUsage } from './images/convert-usage.ts';
import { countedIn } from './shared/read-gemini.ts';
import { parseUsage as parseHeardUsage } from './transcriptions/convert-usage.ts';

const folder = new URL('../../../../../shared/fixtures/', import.meta.url);
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Interaction {
  readonly response: { readonly text?: string; readonly body?: JsonObject };
}

function read(name: string, index: number): Interaction['response'] {
  const file: { interactions: Interaction[] } = JSON.parse(
    readFileSync(new URL(`${name}.json`, folder), 'utf8'),
  );
  const found = file.interactions[index];
  if (found === undefined) throw new Error(`${name} has no ${index}`);
  return found.response;
}

function chatUsage(dialect: ChatDialect, { text, body }: Interaction['response']): ChatUsage | undefined {
  if (body !== undefined) return codecOf(dialect).parseAnswer(body).usage;
  const parser = codecOf(dialect).parseStream();
  const reader = wireReader(dialect);
  const events = [...reader.push(Buffer.from(text ?? '')), ...reader.end()];
  const parts = [...events.flatMap((event) => parser.push(event)), ...parser.end()];
  return parts.findLast((part) => part.type === 'usage')?.usage;
}

/** At a day whose prices are known: 21 November 2026. */
const day = Date.UTC(2026, 10, 21, 12);
const none = { prices: new Map(), windows: new Map(), modalities: new Map(), sunsets: new Map() };
const catalog = new Catalog(none, (error) => {
  throw error;
});

function costAt(vendor: string, model: string, usage: Usage | undefined): number {
  const { prices } = catalog.facts({ upstream: 'any', vendor, origin: 'http://127.0.0.1', model });
  const price = priceNow(prices, () => day);
  if (usage === undefined || price === undefined) throw new Error(`${vendor} ${model} has no price`);
  return costOf(usage, price);
}

type Recorded = readonly [
  what: string,
  file: string,
  index: number,
  dialect: ChatDialect,
  at: readonly [vendor: string, model: string],
  /** Nano-dollars: tokens by the price of a million of them in thousandths of a dollar. */
  cost: number,
];

const anthropic = ['anthropic', 'claude-sonnet-4-5-20250929'] as const;
const sonnet = ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'] as const;

const chats: readonly Recorded[] = [
  // 3, 15 and 0.30 dollars a million for what was read from the cache; 3.75 for what was written to it.
  [
    'a cached read',
    'anthropic/cache-usage',
    0,
    'anthropic-messages',
    anthropic,
    3 * 3000 + 1111 * 300 + 406 * 15_000,
  ],
  [
    'a cached read and a cache write',
    'anthropic/cache-usage',
    1,
    'anthropic-messages',
    anthropic,
    3 * 3000 + 1111 * 300 + 418 * 3750 + 33 * 15_000,
  ],
  [
    'thinking, which is output',
    'anthropic/thinking-stream',
    0,
    'anthropic-messages',
    ['anthropic', 'claude-sonnet-4-20250514'],
    43 * 3000 + 282 * 15_000,
  ],
  // A tenth more where it stays in one region.
  ['a cache write', 'bedrock/cache-write-read', 0, 'bedrock', sonnet, 2 * 3300 + 1322 * 4125 + 5 * 16_500],
  ['a cached read', 'bedrock/cache-write-read', 1, 'bedrock', sonnet, 2 * 3300 + 1322 * 330 + 5 * 16_500],
  [
    'plain text',
    'openai/text-stream',
    0,
    'openai-chat',
    ['openai', 'gpt-4.1-nano-2025-04-14'],
    16 * 100 + 300 * 400,
  ],
  [
    'two answers side by side',
    'openai/multi-choice-stream',
    0,
    'openai-chat',
    ['openai', 'gpt-4o-mini-2024-07-18'],
    26 * 150 + 133 * 600,
  ],
  [
    'a response',
    'openai/reasoning-encrypted-stream',
    0,
    'openai-responses',
    ['openai', 'gpt-5.1-codex-max'],
    299 * 1250 + 12 * 10_000,
  ],
  [
    'reasoning within the answer',
    'azure/model-router-stream',
    0,
    'openai-chat',
    ['azure-openai', 'gpt-5-nano'],
    15 * 50 + 78 * 400,
  ],
  [
    'calls of tools',
    'groq/tool-stream',
    0,
    'openai-chat',
    ['groq', 'llama-3.3-70b-versatile'],
    210 * 590 + 15 * 790,
  ],
  [
    'thoughts beside the answer',
    'gemini/gemini3-thinking-stream',
    0,
    'gemini',
    ['gemini', 'gemini-3-flash-preview'],
    44 * 500 + (608 + 902) * 3000,
  ],
  [
    'thoughts beside the answer',
    'vertex/partial-args-nested-stream',
    0,
    'gemini',
    ['vertex', 'gemini-3.1-pro-preview'],
    31 * 2000 + (684 + 1026) * 12_000,
  ],
];

describe.skipIf(!isThere)('what was recorded costs what its vendor bills', () => {
  beforeAll(async () => {
    await Promise.all([catalog.load(), loadCodecs()]);
  });

  test.each(chats)('%s: %s %d', (_, file, index, dialect, [vendor, model], cost) => {
    const counted = chatUsage(dialect, read(file, index));
    expect(costAt(vendor, model, counted && toUsage(counted))).toBe(cost);
  });

  test('vectors, by what was read', () => {
    const { body = {} } = read('openai/embedding-base64', 0);
    expect(costAt('openai', 'text-embedding-3-small', convertUsage(body['usage']))).toBe(9 * 20);
  });

  test('a picture, by its tokens', () => {
    const { body = {} } = read('openai/gpt-image-1-generate', 0);
    const cost = costAt('openai', 'gpt-image-1', parseImageUsage(body['usage']));
    expect(cost).toBe(10 * 5000 + 4160 * 40_000);
  });

  test('speech, by tokens of sound', () => {
    const { body = {} } = read('gemini/tts', 0);
    expect(costAt('gemini', 'gemini-2.5-flash-preview-tts', countedIn(body))).toBe(11 * 500 + 111 * 10_000);
  });

  test('what was heard, by the second', () => {
    const { body = {} } = read('openai/whisper', 0);
    // 0.006 dollars a minute.
    expect(costAt('openai', 'whisper-1', parseHeardUsage(body))).toBe(4 * 100_000);
  });
});
