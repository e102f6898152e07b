import {
  anthropic,
  createGateway,
  type Gateway,
  type GatewayEvents,
  gemini,
  openai,
  openaiCompatible,
  type Upstream,
} from '@vector-engine/core';
import {
  type AnswerScript,
  type RecordedRequest,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedGemini,
  simulatedOpenAI,
} from '@vector-engine/testing';

export const whole =
  'The quick brown fox jumps over the lazy dog, turns round once, and sleeps until the morning. Then it wakes.';
/** As models do, with the space before the word; and as no model does, which is harder. */
export const cuts: Readonly<Record<string, RegExp>> = { 'before spaces': /(?= )/, 'behind spaces': /(?<= )/ };

export function piecesOf(text: string, cut: RegExp): readonly string[] {
  return text === '' ? [] : text.split(cut);
}

/** What of the answer stands in a request: a model that is told how it began goes on from there. */
export function saidIn({ body }: RecordedRequest): string {
  const text = JSON.stringify(body);
  for (let length = whole.length; length > 0; length--) {
    const said = whole.slice(0, length);
    if (text.includes(`"${said}"`)) return said;
  }
  return '';
}

export const tells =
  (cut: RegExp): AnswerScript =>
  (request) => ({ content: piecesOf(whole.slice(saidIn(request).length), cut) });

export interface Maker {
  readonly name: string;
  readonly start: (answer: AnswerScript) => Promise<SimulatedUpstream>;
  readonly upstream: (at: SimulatedUpstream) => Upstream;
  readonly model: string;
}

export const makers: readonly Maker[] = [
  {
    name: 'chat completions',
    start: (answer) => simulatedOpenAI({ answer }),
    upstream: ({ baseURL }) => openaiCompatible({ baseURL, apiKey: 'sk' }),
    model: 'gpt-4o',
  },
  {
    name: 'responses',
    start: (answer) => simulatedOpenAI({ answer }),
    upstream: ({ baseURL }) => openai({ baseURL, apiKey: 'sk' }),
    model: 'gpt-4o',
  },
  {
    name: 'messages, prefilled',
    start: (answer) => simulatedAnthropic({ answer }),
    upstream: ({ origin }) => anthropic({ baseURL: `${origin}/v1`, apiKey: 'sk' }),
    model: 'claude-sonnet-4-5-20250929',
  },
  {
    name: 'messages, told to go on',
    start: (answer) => simulatedAnthropic({ answer }),
    upstream: ({ origin }) => anthropic({ baseURL: `${origin}/v1`, apiKey: 'sk' }),
    model: 'claude-opus-4-6',
  },
  {
    name: 'gemini',
    start: (answer) => simulatedGemini({ answer, models: ['gemini-2.0-flash'] }),
    upstream: ({ origin }) => gemini({ baseURL: `${origin}/v1beta`, apiKey: 'sk' }),
    // One that does not think before it speaks: the callers' limits are tight.
    model: 'gemini-2.0-flash',
  },
];

export interface Bench extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly first: SimulatedUpstream;
  readonly second: SimulatedUpstream;
  readonly ends: GatewayEvents['end'][];
  readonly attempts: GatewayEvents['attempt'][];
}

interface Wish {
  readonly first?: Maker;
  readonly second?: Maker;
  readonly cut?: RegExp;
  readonly continuation?: boolean;
  readonly script?: AnswerScript;
}

const [chat] = makers;

export async function startBench(wish: Wish = {}): Promise<Bench> {
  const { first: one = chat, second: other = chat, cut = /(?= )/, continuation = true } = wish;
  if (one === undefined || other === undefined) throw new Error('no maker');
  const first = await one.start(tells(cut));
  const second = await other.start(wish.script ?? tells(cut));
  const gateway = createGateway({
    upstreams: { first: one.upstream(first), second: other.upstream(second) },
    models: { any: [`first/${one.model}`, `second/${other.model}`] },
    open: true,
    continuation,
    breaker: { consecutiveFailures: 1_000_000, minimumAttempts: 1_000_000 },
    retry: { savings: 1_000_000 },
  });
  const ends: GatewayEvents['end'][] = [];
  const attempts: GatewayEvents['attempt'][] = [];
  gateway.on('end', (event) => ends.push(event));
  gateway.on('attempt', (event) => attempts.push(event));
  return {
    gateway,
    first,
    second,
    ends,
    attempts,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await first.close();
      await second.close();
    },
  };
}

export const question = {
  model: 'any',
  stream: true,
  messages: [{ role: 'user', content: 'Say something' }],
} as const;

/** The text of a stream of chat completions. */
export function contentOf(stream: string): string {
  return [...stream.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)]
    .map(([, text = '""']) => JSON.parse(text) as string)
    .join('');
}
