import type { Upstream } from './upstream.ts';

/** Shorter values are words, not secrets. */
const shortestSecret = 8;

/**
 * An upstream that quotes what it was sent must not tell it to the caller: neither the key, in whatever header it was
 * put, nor the headers that the operator set. Also finds them as JSON escapes them.
 */
export function hideSecrets(body: Buffer, upstream: Upstream, key: string | undefined): Buffer {
  const sent = Object.values(upstream.headers);
  if (key !== undefined) sent.push(key, ...upstream.authorize(key)[1].split(' '));
  const forms = sent
    .filter((value) => value.length >= shortestSecret || value === key)
    .flatMap((value) => {
      const escaped = JSON.stringify(value).slice(1, -1);
      return [value, escaped, escaped.replaceAll('/', '\\/')];
    })
    .filter((form) => body.includes(form))
    .toSorted((a, b) => b.length - a.length);
  if (forms.length === 0) return body;
  return Buffer.from(
    forms.reduce((text, form) => text.replaceAll(form, '[redacted]'), body.toString('latin1')),
    'latin1',
  );
}
