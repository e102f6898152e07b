import type { ProblemKind } from '../../protocol/chat-answer.ts';

/** What a status means where the body says no more. 498 and 529 are inventions of vendors, 499 is what proxies log of a caller that left. */
const kinds: Readonly<Record<number, ProblemKind>> = {
  401: 'authentication',
  402: 'billing',
  403: 'permission',
  404: 'not-found',
  408: 'timeout',
  413: 'too-large',
  424: 'server',
  429: 'rate-limit',
  498: 'overloaded',
  499: 'timeout',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

export function kindOfStatus(status: number): ProblemKind {
  return kinds[status] ?? (status >= 400 && status < 500 ? 'invalid-request' : 'server');
}
