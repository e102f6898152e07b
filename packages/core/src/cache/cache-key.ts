import { hash } from 'node:crypto';
import type { HeaderMap } from '../protocol/answer.ts';
import type { CacheKey } from '../protocol/cache-tier.ts';
import type { Call } from '../protocol/call.ts';
import type { Question } from './read-question.ts';

/** What the answer depends on beside the body. */
export interface KeyParts {
  /** The model that serves: what callers name may be a router's. */
  readonly model: string;
  /** Empty where callers share. */
  readonly owner: string;
  readonly tags: readonly string[];
}

/** Changes with what is in a key, or in an entry: older ones in a store are not found any more. */
const version = 1;

/** Headers that an upstream sees and that say nothing of the question: they are of the one request that carries them. */
const ofTheRequest = new Set(['traceparent', 'tracestate', 'x-client-request-id']);

export function makeKey(call: Call, question: Question, { model, owner, tags }: KeyParts): CacheKey {
  const { operation, dialect, stream, wantsArray, headers } = call;
  const form = stream ? `stream ${wantsArray ? 'array' : 'events'} ${call.wantsUsage}` : 'whole';
  // As JSON, which escapes what UTF-8 has no form for: else all halves of characters would be one, and their owners, too.
  const names = join(call.model, model, JSON.stringify(owner), ...tags);
  const head = `${version} ${operation} ${dialect} ${form} ${tags.length} ${names}${readHeaders(headers)}`;
  const digest = hash('sha256', `${head}\n${question.text}`, 'base64url');
  return { hash: digest, tenant: owner, model: call.model, tags };
}

/** Whatever is in them, no two lists are joined to the same text. */
function join(...texts: readonly string[]): string {
  let joined = '';
  for (const text of texts) joined += `${text.length}:${text}`;
  return joined;
}

/** In the order in which they are forwarded, which is always the same. */
function readHeaders(headers: HeaderMap): string {
  let read = '';
  for (const name in headers) if (!ofTheRequest.has(name)) read += join(name, headers[name] ?? '');
  return read;
}
