import type { Upstream } from './upstream.ts';

/** Shorter values are words, not secrets. */
const shortestSecret = 8;
/** Every vendor's keys are longer. What is shorter stands for no key at all (`EMPTY`, `ollama`), and may be said. */
const shortestKey = 20;

/** What an upstream is sent and must not tell the caller by quoting it. Found as JSON escapes it, too. */
export class Secrets {
  readonly #inErrors: readonly Buffer[];
  readonly #inAnswers: readonly Buffer[];
  readonly #inHeaders: readonly string[];

  /** `signed`: what a signer has behind its signatures. */
  constructor(upstream: Upstream, key: string | undefined, signed: readonly string[] = []) {
    const keys = key === undefined ? [...signed] : [key, ...upstream.authorize(key)[1].split(' '), ...signed];
    const headers = Object.values(upstream.headers);
    this.#inErrors = formsOf(
      [...keys, ...headers].filter((value) => value === key || value.length >= shortestSecret),
    );
    const telling = keys.filter((value) => value.length >= shortestKey);
    this.#inAnswers = formsOf(telling);
    this.#inHeaders = telling.toSorted((a, b) => b.length - a.length);
  }

  /** Bytes of the longest that may not stand in an answer; 0 where nothing may not. */
  get longest(): number {
    return this.#inAnswers[0]?.length ?? 0;
  }

  /** In an error: the key, in whatever header it was put, and the headers that the operator set. */
  hideInError(bytes: Buffer): Buffer {
    return hide(bytes, this.#inErrors);
  }

  /** In a header that callers see: the key. */
  hideInHeader(value: string): string {
    let hidden = value;
    for (const key of this.#inHeaders)
      if (hidden.includes(key)) hidden = hidden.replaceAll(key, '[redacted]');
    return hidden;
  }

  /** In what a model says, where a word that also stands in a header is nothing but a word: the key. */
  hideInAnswer(bytes: Buffer): Buffer {
    return hide(bytes, this.#inAnswers);
  }
}

/** The longest first: one may be part of another. */
function formsOf(values: readonly string[]): readonly Buffer[] {
  const forms = values.flatMap((value) => {
    const escaped = JSON.stringify(value).slice(1, -1);
    return [value, escaped, escaped.replaceAll('/', '\\/')];
  });
  return [...new Set(forms)]
    .toSorted((a, b) => b.length - a.length)
    .map((form) => Buffer.from(form, 'latin1'));
}

/** The same bytes where there is nothing to hide. */
function hide(bytes: Buffer, forms: readonly Buffer[]): Buffer {
  let hidden = bytes;
  for (const form of forms) {
    if (!hidden.includes(form)) continue;
    const text = hidden.toString('latin1').replaceAll(form.toString('latin1'), '[redacted]');
    hidden = Buffer.from(text, 'latin1');
  }
  return hidden;
}
