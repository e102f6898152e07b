import type { OutgoingHttpHeaders } from 'node:http';
import { hexOf, uuidOf, wordOf } from '../../wire/hash-text.ts';
import type { RequestTurn } from '../count-requests.ts';

export function requestIdOf(seed: string, place: 'anthropic' | 'vertex'): string {
  return `req_${place === 'vertex' ? 'vrtx_' : ''}01${wordOf(`${seed} request`, 22)}`;
}

/** What api.anthropic.com sends with every answer. `now`: milliseconds since the epoch. */
export function anthropicHeaders({ seed, count }: RequestTurn, now: number): OutgoingHttpHeaders {
  const reset = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const limits = [
    ['requests', 10_000, 10_000 - count],
    ['tokens', 12_000_000, 12_000_000],
    ['input-tokens', 10_000_000, 10_000_000],
    ['output-tokens', 2_000_000, 2_000_000],
  ] as const;
  return {
    'request-id': requestIdOf(seed, 'anthropic'),
    'anthropic-organization-id': uuidOf('organization'),
    ...Object.fromEntries(
      limits.flatMap(([name, limit, remaining]) => [
        [`anthropic-ratelimit-${name}-limit`, String(limit)],
        [`anthropic-ratelimit-${name}-remaining`, String(Math.max(0, remaining))],
        [`anthropic-ratelimit-${name}-reset`, reset],
      ]),
    ),
    'cache-control': 'no-cache',
    'cf-cache-status': 'DYNAMIC',
    'cf-ray': `${hexOf(`${seed} ray`, 16)}-FRA`,
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'x-robots-tag': 'none',
    via: '1.1 google',
    server: 'cloudflare',
  };
}
