import { createHmac, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import type { Webhook } from '../../protocol/job.ts';

/** Seconds that a webhook's time may be off, either way. */
const tolerance = 300;

/** More are not looked at. */
const mostSignatures = 32;

/**
 * That a webhook comes from whoever has the secret, and comes now: Standard Webhooks,
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md; as OpenAI signs.
 *
 * @throws GatewayError `VE_UNAUTHENTICATED`
 */
export function verifyWebhook({ headers, body, secret, now }: Webhook): void {
  if (secret === undefined || secret === '') throw refused('no secret is configured for webhooks');
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (id === undefined || timestamp === undefined || signatures === undefined)
    throw refused('the webhook is not signed');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > tolerance)
    throw refused('the webhook is too old, or from the future');
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const isSigned = signatures
    .split(' ', mostSignatures)
    .map((signature) => Buffer.from(signature.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  if (!isSigned) throw refused('the signature of the webhook is wrong');
}

function refused(reason: string): GatewayError {
  return new GatewayError('VE_UNAUTHENTICATED', { reason });
}
