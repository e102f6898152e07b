import { estimateTokens } from '../src/dialects/estimate-tokens.ts';
import { type CallHead, readCall } from '../src/dialects/read-call.ts';
import { hashText } from '../src/protocol/hash.ts';
import type { Principal } from '../src/protocol/principal.ts';
import type { TargetView } from '../src/protocol/target-view.ts';
import { AskedRequest } from '../src/routing/route-request.ts';
import type { Choosing } from '../src/routing/strategy.ts';

interface Asking extends Partial<Pick<CallHead, 'dialect' | 'operation' | 'model' | 'stream'>> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly principal?: Principal;
  /** Milliseconds since the epoch. */
  readonly now?: number;
}

/** A request as routes see it, made of a body as a caller sends it. The codecs must be loaded. */
export function requestOf(body: object, asking: Asking = {}): AskedRequest {
  const { dialect = 'openai-chat', operation = 'chat', headers = {}, principal, now = 0, ...head } = asking;
  const call = readCall(Buffer.from(JSON.stringify(body)), { dialect, operation, headers: {}, ...head });
  return new AskedRequest(call, {
    principal,
    headers,
    clock: () => now,
    canRead: () => true,
    countTokens: (chat) => estimateTokens(chat).input,
  });
}

/** A chat in which a user says this. */
export function wish(text: string, more: object = {}, asking: Asking = {}): AskedRequest {
  return requestOf({ model: 'auto', messages: [{ role: 'user', content: text }], ...more }, asking);
}

/** A target as strategies see it, idle and well if nothing else is said. */
export function targetOf(name: string, more: Partial<TargetView> = {}): TargetView {
  return {
    name,
    seed: hashText(name),
    weight: 1,
    active: 0,
    latency: () => undefined,
    successRate: 1,
    headroom: 1,
    price: undefined,
    window: undefined,
    ...more,
  };
}

/** Chance that is the same in every run: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function choosing(seed: number, request: AskedRequest = wish('Hello')): Choosing {
  return { random: seeded(seed), request };
}
