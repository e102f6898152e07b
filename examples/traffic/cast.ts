import type { BudgetTree } from '@vector-engine/express';

/** What a program asks for, and how. */
export interface Habit {
  readonly kind:
    | 'chat'
    | 'stream'
    | 'same-question'
    | 'embeddings'
    | 'picture'
    | 'slow-picture'
    | 'video'
    | 'mistake';
  readonly model: string;
  /** Of the others of the same program. */
  readonly weight: number;
}

/** A program of a company that calls models with a key of its own. */
export interface Program {
  readonly name: string;
  /** Where in the tree of who pays. */
  readonly path: string;
  /** Calls, beside those of the others. */
  readonly weight: number;
  /** How much of it is in working hours, from 0 to 1. */
  readonly daily: number;
  readonly tag?: string;
  readonly habits: readonly Habit[];
}

export const programs: readonly Program[] = [
  {
    name: 'Support chat',
    path: 'acme/support/chat',
    weight: 30,
    daily: 0.6,
    tag: 'chat',
    habits: [
      { kind: 'stream', model: 'gpt-5.2', weight: 6 },
      { kind: 'stream', model: 'claude-opus-4-6', weight: 3 },
      { kind: 'stream', model: 'auto', weight: 1 },
    ],
  },
  {
    name: 'Ticket triage',
    path: 'acme/support/triage',
    weight: 22,
    daily: 0.5,
    habits: [
      { kind: 'same-question', model: 'gpt-4o', weight: 7 },
      { kind: 'chat', model: 'gpt-4o', weight: 3 },
    ],
  },
  {
    name: 'Research notebook',
    path: 'acme/research/alice',
    weight: 9,
    daily: 0.9,
    habits: [
      { kind: 'chat', model: 'claude-opus-4-6', weight: 5 },
      { kind: 'chat', model: 'gemini-3.0-pro', weight: 4 },
      { kind: 'mistake', model: 'gpt-7-ultra', weight: 1 },
    ],
  },
  {
    name: 'Marketing studio',
    path: 'acme/marketing/studio',
    weight: 3,
    daily: 0.9,
    tag: 'campaign',
    habits: [
      { kind: 'picture', model: 'gpt-image-2', weight: 6 },
      { kind: 'slow-picture', model: 'midjourney-v7', weight: 2 },
      { kind: 'video', model: 'sora-2-turbo', weight: 2 },
      { kind: 'video', model: 'veo-3-video', weight: 1 },
    ],
  },
  {
    name: 'Product search',
    path: 'globex/shop/search',
    weight: 18,
    daily: 0.4,
    habits: [{ kind: 'embeddings', model: 'text-embedding-3-small', weight: 1 }],
  },
  {
    name: 'Nightly reports',
    path: 'globex/finance/reports',
    weight: 7,
    daily: 0.1,
    tag: 'batch',
    habits: [{ kind: 'chat', model: 'kimi-k2.5', weight: 1 }],
  },
  {
    name: 'Editor plug-in',
    path: 'initech/engineering/editor',
    weight: 16,
    daily: 0.95,
    habits: [
      { kind: 'stream', model: 'gpt-5.3-codex', weight: 7 },
      { kind: 'stream', model: 'claude-opus-4-5', weight: 3 },
    ],
  },
  {
    name: 'Intern’s experiment',
    path: 'initech/engineering/intern',
    weight: 2,
    daily: 0.9,
    habits: [{ kind: 'chat', model: 'gpt-5.2-pro', weight: 1 }],
  },
];

/** In dollars. Some are nearly spent after a while, and one is soon. */
export const budgets: BudgetTree = {
  acme: { limit: 1500 },
  'acme/support': { limit: 600 },
  'acme/*': { limit: 300 },
  globex: { limit: 100 },
  initech: [{ limit: 400 }, { limit: 40, window: 'day' }],
  'initech/engineering/intern': { limit: 0.5, window: 'day' },
};

/** What a model is like, for a history that nobody made: an upstream, dollars per million tokens, milliseconds. */
export interface ModelFacts {
  readonly upstream: string;
  readonly input: number;
  readonly output: number;
  readonly firstByte: number;
  readonly tokensPerSecond: number;
}

export const facts: Readonly<Record<string, ModelFacts>> = {
  'gpt-5.2': { upstream: 'openai', input: 1.75, output: 14, firstByte: 620, tokensPerSecond: 90 },
  'gpt-5.2-pro': { upstream: 'openai', input: 21, output: 168, firstByte: 2400, tokensPerSecond: 40 },
  'gpt-5.3-codex': { upstream: 'openai', input: 1.75, output: 14, firstByte: 540, tokensPerSecond: 110 },
  'gpt-4o': { upstream: 'openai', input: 2.5, output: 10, firstByte: 410, tokensPerSecond: 100 },
  'claude-opus-4-6': { upstream: 'anthropic', input: 5, output: 25, firstByte: 880, tokensPerSecond: 70 },
  'claude-opus-4-5': { upstream: 'anthropic', input: 5, output: 25, firstByte: 910, tokensPerSecond: 65 },
  'gemini-3.0-pro': { upstream: 'gemini', input: 2, output: 12, firstByte: 760, tokensPerSecond: 95 },
  'kimi-k2.5': { upstream: 'moonshot', input: 0.6, output: 3, firstByte: 690, tokensPerSecond: 60 },
  'text-embedding-3-small': {
    upstream: 'openai',
    input: 0.02,
    output: 0,
    firstByte: 130,
    tokensPerSecond: 0,
  },
  auto: { upstream: 'openai', input: 1.75, output: 14, firstByte: 640, tokensPerSecond: 90 },
};

/** What all of it is marked by, so that nobody takes it for real. */
export const mark = 'simulated';
