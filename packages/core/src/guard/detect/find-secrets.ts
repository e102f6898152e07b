import type { Finding } from '../../protocol/finding.ts';
import { wordStart } from './match-shape.ts';

type Check = (secret: string) => boolean;

interface Vendor {
  readonly prefix: string;
  /** Of what follows the prefix. */
  readonly least: number;
  readonly most?: number;
  /** Of the whole. */
  readonly isOne?: Check;
}

/** A word of a language has no digits; a key that was drawn has some. */
const isDrawn: Check = (secret) => /\d/.test(secret) && /[A-Za-z]/.test(secret);
const isHex: Check = (secret) => /^[^0-9]*[0-9a-f]+$/.test(secret);
const isBase32: Check = (secret) => /^[A-Z2-7]+$/.test(secret.slice(4));

/** How the keys of vendors begin, as they document it or as https://github.com/gitleaks/gitleaks has collected. */
const vendors: readonly Vendor[] = [
  // OpenAI, Anthropic, OpenRouter, DeepSeek, Moonshot, this gateway: all are `sk-` and something.
  { prefix: 'sk-', least: 20, isOne: isDrawn },
  { prefix: 'AIza', least: 35, most: 35 },
  { prefix: 'ya29.', least: 20 },
  { prefix: 'GOCSPX-', least: 24 },
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].map((prefix) => ({ prefix, least: 16, most: 16, isOne: isBase32 })),
  { prefix: 'ABSK', least: 100 },
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map((prefix) => ({ prefix, least: 36, isOne: isDrawn })),
  { prefix: 'github_pat_', least: 22, isOne: isDrawn },
  { prefix: 'glpat-', least: 20 },
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxe-', 'xoxr-', 'xoxs-', 'xoxo-', 'xapp-'].map((prefix) => ({
    prefix,
    least: 10,
    isOne: isDrawn,
  })),
  ...['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'whsec_'].map((prefix) => ({
    prefix,
    least: 16,
    isOne: isDrawn,
  })),
  { prefix: 'SG.', least: 60, isOne: isDrawn },
  { prefix: 'npm_', least: 36, isOne: isDrawn },
  { prefix: 'pypi-AgE', least: 50 },
  { prefix: 'hf_', least: 30, isOne: isDrawn },
  { prefix: 'gsk_', least: 40, isOne: isDrawn },
  { prefix: 'xai-', least: 40, isOne: isDrawn },
  { prefix: 'r8_', least: 37, isOne: isDrawn },
  { prefix: 'pplx-', least: 40, isOne: isDrawn },
  { prefix: 'dop_v1_', least: 64, isOne: isHex },
  { prefix: 'shpat_', least: 32 },
  { prefix: 'dapi', least: 32, isOne: (secret) => isHex(secret.slice(3)) },
  { prefix: 'lin_api_', least: 32 },
  { prefix: 'hvs.', least: 24, isOne: isDrawn },
  { prefix: 'PMAK-', least: 40 },
  { prefix: 'AGE-SECRET-KEY-', least: 58 },
];

const byPrefix = new Map(vendors.map((vendor) => [vendor.prefix, vendor]));
const begins = new RegExp(
  `${wordStart}(?:${[...byPrefix.keys(), 'eyJ'].map((prefix) => prefix.replace('.', '\\.')).join('|')})|-----BEGIN (?=[A-Z ]{0,40}PRIVATE KEY)`,
  'g',
);

/** Keys and tokens of vendors, JSON web tokens, and private keys. */
export function findSecrets(text: string): Finding[] {
  return new SecretFinder(text).find();
}

class SecretFinder {
  readonly #text: string;
  readonly #findings: Finding[] = [];
  /** Where the run of characters that keys are made of ends, that was looked at last: none is read twice. */
  #runEnd = 0;
  /** Where private keys end next; undefined: not looked for yet. */
  #keyEnd: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  find(): Finding[] {
    const text = this.#text;
    begins.lastIndex = 0;
    for (let match = begins.exec(text); match !== null; match = begins.exec(text)) {
      const [prefix] = match;
      const end = this.#endOf(prefix, match.index);
      if (end === undefined) continue;
      this.#findings.push({ kind: 'secret', start: match.index, end });
      begins.lastIndex = end;
    }
    return this.#findings;
  }

  #endOf(prefix: string, start: number): number | undefined {
    if (prefix.startsWith('-----')) return this.#endOfKey(start);
    if (prefix === 'eyJ') return this.#endOfToken(start);
    const vendor = byPrefix.get(prefix);
    if (vendor === undefined) return undefined;
    const { least, most, isOne } = vendor;
    const body = start + prefix.length;
    const isDotted = prefix.endsWith('.');
    let end = this.#endOfRun(body);
    if (isDotted) while (this.#text.charAt(end) === '.') end = this.#endOfRun(end + 1);
    // A dash ends a sentence, not a key.
    while (end > body && '-_'.includes(this.#text.charAt(end - 1))) end--;
    const size = end - body;
    if (size < least || (most !== undefined && size > most)) return undefined;
    return isOne?.(this.#text.slice(start, Math.min(end, start + 400))) === false ? undefined : end;
  }

  /** Three parts with dots between them; the last is empty where it is not signed. */
  #endOfToken(start: number): number | undefined {
    const text = this.#text;
    const head = this.#endOfRun(start);
    if (text.charAt(head) !== '.' || !text.startsWith('eyJ', head + 1)) return undefined;
    const payload = this.#endOfRun(head + 1);
    if (payload - start < 20) return undefined;
    return text.charAt(payload) === '.' ? this.#endOfRun(payload + 1) : payload;
  }

  /** With its last line; where that is missing, up to where it cannot go on. */
  #endOfKey(start: number): number {
    const text = this.#text;
    const mark = '-----END';
    if (this.#keyEnd === undefined || (this.#keyEnd >= 0 && this.#keyEnd < start))
      this.#keyEnd = text.indexOf(mark, start);
    const last = this.#keyEnd;
    if (last >= 0) {
      const close = text.indexOf('-----', last + mark.length);
      return close >= 0 && close - last < 64 ? close + 5 : last + mark.length;
    }
    const head = text.indexOf('-----', start + 11);
    const rest = /[^A-Za-z0-9+/=\s\\:,-]/g;
    rest.lastIndex = head + 5;
    return rest.exec(text)?.index ?? text.length;
  }

  #endOfRun(from: number): number {
    if (from < this.#runEnd) return this.#runEnd;
    let end = from;
    while (isOfKey(this.#text.charCodeAt(end))) end++;
    this.#runEnd = end;
    return end;
  }
}

function isOfKey(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x2d ||
    code === 0x5f
  );
}
