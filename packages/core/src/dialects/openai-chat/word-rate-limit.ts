import type { GatewayErrorDetails, RateLimitFacts } from '../../errors.ts';

const counted: Readonly<Record<RateLimitFacts['counted'], string>> = {
  rpm: 'requests per min (RPM)',
  rpd: 'requests per day (RPD)',
  tpm: 'tokens per min (TPM)',
  tpd: 'tokens per day (TPD)',
  concurrency: 'calls at once',
};

const owners: Readonly<Record<RateLimitFacts['of'], string>> = {
  gateway: 'everybody here',
  tenant: 'your tenant',
  principal: 'you',
  key: 'this key',
  model: 'the model',
  path: 'the path',
};

/** As OpenAI words it, but for whose the limit is. */
export function wordRateLimit({ rateLimit, retryAfter }: GatewayErrorDetails): string {
  const when = retryAfter === undefined ? 'later' : `in ${Math.max(1, Math.ceil(retryAfter / 1000))}s`;
  return `Rate limit reached${rateLimit === undefined ? '' : whichOf(rateLimit)}. Please try again ${when}.`;
}

function whichOf({ counted: kind, of, name, limit, remaining }: RateLimitFacts): string {
  const left = remaining > 0 ? `, Remaining ${remaining}` : '';
  return ` for ${owners[of]}${name === undefined ? '' : ` '${name}'`} on ${counted[kind]}: Limit ${limit}${left}`;
}

/** OpenAI tells by the type what there was too much of. Undefined where it is not a limit of tokens. */
export function rateLimitType({ rateLimit }: GatewayErrorDetails): string | undefined {
  return rateLimit?.counted === 'tpm' || rateLimit?.counted === 'tpd' ? 'tokens' : undefined;
}
