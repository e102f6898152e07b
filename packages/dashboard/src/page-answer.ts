import type { HeaderMap } from '@vector-engine/core/adapter';

/** A whole answer of the page's own. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Uint8Array;
}

/**
 * What browsers are to hold themselves to, on everything of the page: nothing is loaded from elsewhere, nothing inline is
 * run, nobody frames it.
 */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};
