import type { HeaderMap } from '../protocol/answer.ts';

/** No cache keeps it, no browser takes it for something else, and no page of another site shows it. */
export function unkeptHeaders(headers: HeaderMap): HeaderMap {
  return {
    ...headers,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  };
}
