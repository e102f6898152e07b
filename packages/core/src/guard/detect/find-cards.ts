import type { Finding } from '../../protocol/finding.ts';
import { passesLuhn } from './checksums.ts';
import { digitsOf, isWhole, matchShape, wordEnd, wordStart } from './match-shape.ts';

const gap = String.raw`[ \-.\u00a0\u2011\u202f]`;
const shape = new RegExp(
  `${wordStart}(?:\\d{13,19}|\\d{4}(${gap})\\d{4}\\1\\d{4}\\1\\d{4}(?:\\1\\d{1,3})?|\\d{4}(${gap})\\d{6}\\2\\d{4,5})${wordEnd}`,
  'g',
);

/** First digits and lengths: https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN) */
const brands: readonly (readonly [beginning: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|09|[68])/, [14, 16]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^35(?:2[89]|[3-8])/, [16]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [13, 16, 19]],
  [/^220[0-4]/, [16]],
];

/** Numbers of payment cards: their beginning, length, grouping and check digit. */
export function findCards(text: string): Finding[] {
  const isOne = (match: string, start: number): boolean => {
    if (!isWhole(match, start, text)) return false;
    const digits = digitsOf(match);
    const isOfBrand = brands.some(
      ([beginning, lengths]) => beginning.test(digits) && lengths.includes(digits.length),
    );
    return isOfBrand && passesLuhn(digits);
  };
  return matchShape(text, { kind: 'card', shape, isOne });
}
