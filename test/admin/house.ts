import {
  cohere,
  createGateway,
  type Gateway,
  type GatewayOptions,
  memoryLedger,
  openai,
} from '@vector-engine/core';
import {
  type SimulatedOpenAI,
  type SimulatedUpstream,
  simulatedCohere,
  simulatedOpenAI,
} from '@vector-engine/testing';
import { type FastClock, fastClock } from '../video/fast-clock.ts';
import { patient } from '../video/world.ts';

type Secret = 'upstream' | 'spare' | 'cohere' | 'secret' | 'header' | 'vendor' | 'webhook';

/** What must never be seen. */
export const canaries: Readonly<Record<Secret, string>> = {
  upstream: 'sk-canary-of-the-upstream',
  spare: 'sk-canary-of-the-spare',
  cohere: 'canary-of-cohere',
  secret: 'canary-secret-of-thirty-two-characters',
  header: 'canary-of-a-header',
  vendor: `whsec_${Buffer.from('canary-of-the-vendor-of-32-bytes').toString('base64')}`,
  webhook: `whsec_${Buffer.from('canary-of-the-webhook-of-32-byte').toString('base64')}`,
};

/** A gateway with all that it can have, before simulated vendors. Time runs fast. */
export interface House extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly vendor: SimulatedOpenAI;
  readonly others: SimulatedUpstream;
  readonly clock: FastClock;
}

type Own = Partial<Pick<GatewayOptions, 'admin' | 'clock' | 'logger'>>;

export async function openHouse(own: Own = {}): Promise<House> {
  const vendor = await simulatedOpenAI({ jobTime: 30, apiKeys: [canaries.upstream, canaries.spare] });
  const others = await simulatedCohere({ apiKeys: [canaries.cohere] });
  const clock = fastClock();
  const gateway = createGateway({
    identify: () => ({ tenant: 'acme', id: 'ann', roles: ['admin'] }),
    admin: () => true,
    upstreams: {
      sim: openai({
        baseURL: vendor.baseURL,
        apiKey: [canaries.upstream, canaries.spare],
        region: 'eu',
        headers: { 'x-extra': canaries.header },
        webhookSecret: canaries.vendor,
      }),
      other: cohere({ baseURL: others.origin, apiKey: canaries.cohere }),
    },
    models: {
      'gpt-4o': 'sim',
      'gpt-3.5-turbo-instruct': 'sim',
      'text-embedding-3-small': 'sim',
      'omni-moderation-latest': 'sim',
      'dall-e-2': 'sim',
      'gpt-4o-mini-tts': 'sim',
      'whisper-1': 'sim',
      film: 'sim/sora-2',
      ranker: 'other/rerank-v3.5',
    },
    native: ['sim'],
    keys: true,
    secret: canaries.secret,
    budgets: { acme: { limit: 100, window: 'month' }, 'acme/ann': [{ window: 'credit' }, { limit: 50 }] },
    ledger: memoryLedger(),
    audit: { content: 'full' },
    metrics: true,
    tasks: { webhook: { url: `${vendor.origin}/nowhere`, secret: canaries.webhook } },
    clock,
    timeouts: patient,
    ...own,
  });
  await gateway.budgets.topUp('acme/ann', 20, { id: 'first' });
  return {
    gateway,
    vendor,
    others,
    clock,
    async [Symbol.asyncDispose]() {
      await gateway.close({ grace: 0 });
      await vendor.close();
      await others.close();
    },
  };
}
