import type { Finding } from '../../protocol/finding.ts';

/** RFC 5321: octets of a local part and of a domain. */
const longestLocal = 64;
const longestDomain = 253;

const local = /[\p{L}\p{N}\p{M}.!#$%&'*+/=?^_`{|}~-]/u;
const domain = /[\p{L}\p{N}\p{M}.-]/u;
/** What stands before an address in links, lists and forms, and in hardly any address. */
const prefix = /^.*[=/?&{|}`~*^!#$]/su;
const escaped = /^[nrtbf](?=.)/;

/** E-mail addresses, those beyond ASCII too: what stands around each `@`. */
export function findEmails(text: string): Finding[] {
  const findings: Finding[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const end = endOfDomain(text, at + 1);
    if (end === undefined) continue;
    const start = text.charAt(at - 1) === '"' ? startOfQuoted(text, at) : startOfLocal(text, at);
    if (start !== undefined) findings.push({ kind: 'email', start, end });
  }
  return findings;
}

function startOfLocal(text: string, at: number): number | undefined {
  let start = at;
  while (start > 0 && at - start < longestLocal && local.test(text.charAt(start - 1))) start--;
  const found = text.slice(start, at);
  const isEscaped = text.charAt(start - 1) === '\\' && escaped.test(found);
  const plain = found
    .slice(isEscaped ? 1 : 0)
    .replace(prefix, '')
    .replace(/^[.'-]+/, '');
  return plain === '' || plain.endsWith('.') ? undefined : at - plain.length;
}

/** `"john doe"@example.com` */
function startOfQuoted(text: string, at: number): number | undefined {
  const open = text.lastIndexOf('"', at - 2);
  return open >= 0 && at - open <= longestLocal + 2 ? open : undefined;
}

function endOfDomain(text: string, from: number): number | undefined {
  let end = from;
  while (end < text.length && end - from < longestDomain && domain.test(text.charAt(end))) end++;
  const labels = text.slice(from, end).split('.');
  // A full stop ends a sentence; what follows a bad label is no part of it.
  const bad = labels.findIndex(
    (label) => !/^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u.test(label),
  );
  const good = bad < 0 ? labels : labels.slice(0, bad);
  while (good.length > 0 && !isTopLevel(good.at(-1) ?? '')) good.pop();
  return good.length < 2 || isVersion(good) ? undefined : from + good.join('.').length;
}

function isTopLevel(label: string): boolean {
  return /^(?:\p{L}[\p{L}\p{M}]{1,62}|xn--[A-Za-z0-9-]{1,59})$/u.test(label);
}

/** `react@18.2.0-beta.rc`, `icon@2x.png` */
function isVersion([first = '', second = '', third]: readonly string[]): boolean {
  const isNumbered = /^\d/.test(first) && /^\d/.test(second);
  return (
    isNumbered || (third === undefined && /^\d+x$/.test(first) && /^(?:png|jpe?g|gif|webp|svg)$/.test(second))
  );
}
