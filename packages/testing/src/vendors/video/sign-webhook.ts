import { createHmac } from 'node:crypto';
import { wordOf } from '../../wire/hash-text.ts';
import type { SimulatedJob } from './simulated-jobs.ts';

/** Where OpenAI's webhooks go, and the secret of their signature: `whsec_` and base64, or any text. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

/**
 * That a video is over, as OpenAI tells it (node_modules/openai/resources/webhooks/webhooks.d.ts), signed as
 * https://www.standardwebhooks.com says. `now`: milliseconds since the epoch.
 */
export function signWebhook(
  { id: jobId, state }: SimulatedJob,
  { url, secret }: WebhookTarget,
  now: number,
): { url: string; jobId: string; body: string; headers: Record<string, string> } {
  const timestamp = String(Math.floor(now / 1000));
  const id = `evt_${wordOf(`${jobId} ${state}`, 32)}`;
  const body = JSON.stringify({
    id,
    object: 'event',
    created_at: Number(timestamp),
    type: state === 'succeeded' ? 'video.completed' : 'video.failed',
    data: { id: jobId },
  });
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const hook = `wh_${wordOf(id, 32)}`;
  const signature = createHmac('sha256', key).update(`${hook}.${timestamp}.${body}`).digest('base64');
  return {
    url,
    jobId,
    body,
    headers: {
      'webhook-id': hook,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
      'user-agent': 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)',
    },
  };
}
