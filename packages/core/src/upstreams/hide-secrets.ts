import type { Upstream } from './upstream.ts';

/** Shorter values are words, not secrets. */
const shortestSecret = 8;

/**
 * What an upstream is sent and must not tell the caller by quoting it: the key, in whatever header it was put, and the
 * headers that the operator set. Finds them as JSON escapes them, too.
 */
export class Secrets {
  /** The longest first: one may be part of another. */
  readonly #forms: readonly string[];

  constructor(upstream: Upstream, key: string | undefined) {
    const sent = Object.values(upstream.headers);
    if (key !== undefined) sent.push(key, ...upstream.authorize(key)[1].split(' '));
    const forms = sent
      .filter((value) => value.length >= shortestSecret || value === key)
      .flatMap((value) => {
        const escaped = JSON.stringify(value).slice(1, -1);
        return [value, escaped, escaped.replaceAll('/', '\\/')];
      });
    this.#forms = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  }

  /** The same bytes where there is nothing to hide. */
  hide(bytes: Buffer): Buffer {
    let hidden = bytes;
    for (const form of this.#forms) {
      if (!hidden.includes(form, 0, 'latin1')) continue;
      hidden = Buffer.from(hidden.toString('latin1').replaceAll(form, '[redacted]'), 'latin1');
    }
    return hidden;
  }
}
