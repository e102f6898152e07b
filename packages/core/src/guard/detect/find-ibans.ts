import type { Finding } from '../../protocol/finding.ts';
import { passesMod97 } from './checksums.ts';
import { matchShape, wordStart } from './match-shape.ts';

/** Characters by country: https://www.swift.com/standards/data-standards/iban-international-bank-account-number */
const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 ' +
    'RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const shape = new RegExp(`${wordStart}[A-Za-z]{2}[ \\-\\u00a0]?\\d{2}(?=[ \\-\\u00a0]?[0-9A-Za-z])`, 'g');

/** International bank account numbers, with or without spaces: their country, length and check digits. */
export function findIbans(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const { start, kind } of matchShape(text, { kind: 'iban', shape, isOne: () => true })) {
    const length = lengths[text.slice(start, start + 2).toUpperCase()];
    const end = length === undefined ? undefined : endOf(text, start, length);
    if (end !== undefined) findings.push({ kind, start, end });
  }
  return findings;
}

function endOf(text: string, start: number, length: number): number | undefined {
  let at = start;
  let isMark = false;
  for (let count = 0; count < length; at++) {
    const code = text.charCodeAt(at);
    if (isOfCode(code)) {
      count++;
      isMark = false;
      continue;
    }
    // One mark at most between two groups.
    if (isMark || !(code === 0x20 || code === 0x2d || code === 0xa0 || code === 0x202f)) return undefined;
    isMark = true;
  }
  if (isOfCode(text.charCodeAt(at)) || text.charCodeAt(at) === 0x5f) return undefined;
  const code = text.slice(start, at).replace(/[^0-9A-Za-z]/g, '');
  return passesMod97(code.toUpperCase()) ? at : undefined;
}

function isOfCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
