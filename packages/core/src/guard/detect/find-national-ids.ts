import type { Detector, Kind } from '../../protocol/finding.ts';
import { passesCpf, passesFiscalCode, passesMod11, passesMod11And10, passesVerhoeff } from './checksums.ts';
import { digitsOf, isNear, isWhole, matchShape, wordEnd, wordStart } from './match-shape.ts';

type Check = (match: string, start: number, text: string) => boolean;

const gap = String.raw`[ \-.\u00a0\u2011\u202f]`;

function detector(kind: Kind, pattern: string, isOne: Check): Detector {
  const shape = new RegExp(wordStart + pattern + wordEnd, 'gi');
  return (text) =>
    matchShape(text, { kind, shape, isOne: (...given) => isWhole(...given) && isOne(...given) });
}

const ssnWords = ['ssn', 'social security', 'social-security'];

/** https://www.ssa.gov/employer/randomization.html; without dashes only where it says what it is. */
const usSsn = detector('us-ssn', `(?:\\d{3}(${gap})\\d{2}\\1\\d{4}|\\d{9})`, (match, start, text) => {
  const digits = digitsOf(match);
  if (/^(?:000|666|9)|^\d{3}00|0000$/.test(digits)) return false;
  return match.length > 9 || isNear(text, start, { words: ssnWords, reach: 40 });
});

/** GB 11643-1999: region, date of birth, serial number, check digit. */
const cnResidentId = detector('cn-resident-id', String.raw`[1-8]\d{16}[\dX]`, (match) => {
  const year = Number(match.slice(6, 10));
  return (
    year >= 1900 &&
    year <= 2099 &&
    isDate(year, match.slice(10, 12), match.slice(12, 14)) &&
    passesMod11(match)
  );
});

/** https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110 */
const ukNino = detector(
  'uk-nino',
  `[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]${gap}?\\d{2}${gap}?\\d{2}${gap}?\\d{2}${gap}?[A-D]`,
  (match) => !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/i.test(match),
);

/** § 139b AO: of the first ten digits one is there twice or three times. */
const deTaxId = detector('de-tax-id', `(?:[1-9]\\d{10}|[1-9]\\d([ /])\\d{3}\\1\\d{3}\\1\\d{3})`, (match) => {
  const digits = digitsOf(match);
  const counts = new Map<string, number>();
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const several = [...counts.values()].filter((count) => count > 1);
  return several.length === 1 && (several[0] ?? 0) <= 3 && passesMod11And10(digits);
});

/** Sex, year, month, place and serial number, and the key: 97 minus the rest of the number by 97. */
const frNir = detector(
  'fr-nir',
  `[1-478]${gap}?\\d{2}${gap}?(?:0[1-9]|1[0-2]|[2-9]\\d)${gap}?(?:\\d{2}|2[AB])${gap}?\\d{3}${gap}?\\d{3}${gap}?\\d{2}`,
  (match) => {
    const code = match.replace(/[^\dAB]/gi, '').toUpperCase();
    const number = Number(code.slice(0, 13).replace('2A', '19').replace('2B', '18'));
    return code.length === 15 && Number(code.slice(13)) === 97 - (number % 97);
  },
);

/** Eight digits, or one of X, Y, Z and seven, and the letter that they give. */
const esDni = detector(
  'es-dni',
  String.raw`(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ][ \-]?\d{7})[ \-]?[A-Z]`,
  (match) => {
    const code = match.replace(/[ .-]/g, '').toUpperCase();
    const number = Number(code.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))));
    return 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(number % 23) === code.slice(-1);
  },
);

/** Name, date of birth with sex, place, check letter; digits may be letters where two people would have the same. */
const itFiscalCode = detector(
  'it-fiscal-code',
  '[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]',
  (match) => passesFiscalCode(match.toUpperCase()),
);

const brCpf = detector('br-cpf', String.raw`(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{9}-\d{2}|\d{11})`, (match) =>
  passesCpf(digitsOf(match)),
);

const aadhaarWords = ['aadhaar', 'aadhar', 'adhaar', 'uidai', 'आधार'];

/** Without spaces only where it says what it is: of all numbers of that length, one in twelve passes. */
const inAadhaar = detector(
  'in-aadhaar',
  String.raw`(?:[2-9]\d{3}([ \-])\d{4}\1\d{4}|[2-9]\d{11})`,
  (match, start, text) => {
    const isNamed = match.length > 12 || isNear(text, start, { words: aadhaarWords, reach: 40 });
    return isNamed && passesVerhoeff(digitsOf(match));
  },
);

function isDate(year: number, month: string, day: string): boolean {
  const date = new Date(Date.UTC(year, Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

export const nationalIds: Readonly<Partial<Record<Kind, Detector>>> = {
  'us-ssn': usSsn,
  'cn-resident-id': cnResidentId,
  'uk-nino': ukNino,
  'de-tax-id': deTaxId,
  'fr-nir': frNir,
  'es-dni': esDni,
  'it-fiscal-code': itFiscalCode,
  'br-cpf': brCpf,
  'in-aadhaar': inAadhaar,
};
