import OpenAI from 'openai';
import type { SimulatedUpstream } from '../src/index.ts';

/* What the tests that use OpenAI's own SDK share. */

interface Question {
  readonly model: string;
  messages: { role: 'user'; content: string }[];
}

export const hello: Question = {
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'Hello, big world' }],
};

export function clientOf(upstream: SimulatedUpstream, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: upstream.baseURL, apiKey: 'sk-test', maxRetries });
}

/** The usual question, with more fields or others. */
export function ask<T extends object>(extra: T): Question & T {
  return { ...hello, ...extra };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
