import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  openaiCompatible,
  type TargetStats,
} from '@vector-engine/core';
import { type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';

export const model = 'gpt-4o';

/** Two upstreams, and as many gateways before them as are wished for: each stands for a process. */
export interface Fleet extends AsyncDisposable {
  readonly bad: SimulatedUpstream;
  readonly good: SimulatedUpstream;
  start(options?: Partial<GatewayOptions>): Gateway;
}

export async function startFleet(): Promise<Fleet> {
  const [bad, good] = await Promise.all([simulatedOpenAI(), simulatedOpenAI()]);
  const gateways: Gateway[] = [];
  return {
    bad,
    good,
    start(options = {}) {
      const gateway: Gateway = createGateway({
        ...fleetOptions(bad.baseURL, good.baseURL),
        ...options,
      } as GatewayOptions);
      gateways.push(gateway);
      return gateway;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await Promise.all([bad.close(), good.close()]);
    },
  };
}

export function fleetOptions(bad: string, good: string): GatewayOptions {
  return {
    upstreams: {
      bad: openaiCompatible({
        baseURL: bad,
        apiKey: ['sk-first-of-the-operator', 'sk-second-of-the-operator'],
      }),
      good: openaiCompatible({ baseURL: good, apiKey: 'sk-other-of-the-operator' }),
    },
    models: { chat: [`bad/${model}`, `good/${model}`] },
    open: true,
  };
}

/** One call, whose answer is read. */
export async function call(gateway: Gateway, content = 'Say hello'): Promise<Response> {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'chat', temperature: 0, messages: [{ role: 'user', content }] }),
  });
  await response.arrayBuffer();
  return response;
}

export function stateOf(gateway: Gateway, upstream = 'bad'): TargetStats {
  const target = gateway.stats().targets.find((one) => one.upstream === upstream);
  if (target === undefined) throw new Error(`no target of ${upstream}`);
  return target;
}

let asked = 0;

/** Makes the target `bad` fail until the gateway's breaker is open. */
export async function openBreaker(gateway: Gateway, bad: SimulatedUpstream): Promise<void> {
  bad.fail({ type: 'status', status: 500 });
  // Each asks something else: what is cached asks nobody.
  while (stateOf(gateway).breaker !== 'open') await call(gateway, `Question ${asked++}`);
}

/** Milliseconds until the condition holds; throws when that takes longer than `limit`. */
export async function timeUntil(condition: () => boolean | Promise<boolean>, limit = 5000): Promise<number> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > limit) throw new Error(`still waiting after ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return performance.now() - start;
}
