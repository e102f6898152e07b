import type { Finding } from '../../protocol/finding.ts';
import { digitsOf, isNear, isWhole, matchShape, type Shape, wordEnd, wordStart } from './match-shape.ts';

const gap = String.raw`[ .\-\u00a0\u2011\u202f]`;

type Check = Shape['isOne'];

function shapeOf(pattern: string, isOne: Check): Shape {
  return { kind: 'phone', shape: new RegExp(pattern + wordEnd, 'g'), isOne };
}

/** What a number is called that somebody can be rung at. */
const phoneWords = [
  'phone',
  'tel',
  'mobile',
  'cell',
  'call',
  'fax',
  'whatsapp',
  'sms',
  'dial',
  'text me',
  'ring me',
  'contact',
  'handy',
  'rufnummer',
  'tél',
  'portable',
  'móvil',
  'movil',
  'celular',
  'mobil',
  'telefone',
  'cellulare',
  '电话',
  '手机',
  '電話',
  '手機',
  '携帯',
  '联系',
  '致电',
  '号码是',
  'whats app',
  'signal',
  'reach me',
  'телефон',
  'тел.',
  '전화',
];
/** And what is no such number. */
const otherWords = [
  'order',
  'invoice',
  'ref',
  'tracking',
  'sku',
  'serial',
  'ticket',
  'case',
  'isbn',
  ' id',
  '#',
  '订单',
  '单号',
  '编号',
  '流水',
];

/** Country codes: https://www.itu.int/pub/T-SP-E.164D */
const country =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[05789]\d|9[679]\d)/;

/** `+44 (0)20 7946 0958`: fifteen digits at most. */
const international = shapeOf(
  `${wordStart}(?<!\\+)(?:\\+|00(?=[1-9]\\d{0,2}[ \\-\\u00a0]))(?:\\d{1,4}|\\(\\d{1,4}\\))(?:${gap}?/?${gap}?(?:\\(\\d{1,5}\\)|\\d{1,14})){1,7}`,
  (match) => {
    const digits = digitsOf(match.replace(/^00/, '').replace(/\(0\)/, ''));
    if (digits.length < 8 || digits.length > 15 || !country.test(digits)) return false;
    return !digits.startsWith('1') || digits.length === 11;
  },
);

/** Numbers of North America, with the area in parentheses or marks between the groups. */
const northAmerican = shapeOf(
  `(?<![\\d+]|[\\d][.\\-])(?:${wordStart}1${gap}?)?(?:\\([2-9]\\d{2}\\) ?|${wordStart}[2-9]\\d{2}(${gap}))[2-9]\\d{2}${gap}\\d{4}(?: ?(?:x|ext\\.?) ?\\d{1,6})?`,
  (match, start, text) => {
    const digits = digitsOf(match.replace(/ ?(?:x|ext).*$/, '')).slice(-10);
    const isService = /^.11|^.{3}.11/.test(digits);
    return !isService && isWhole(match, start, text);
  },
);

/** `030 / 12345678`, `01 23 45 67 89`, `090-1234-5678`: inside of a country, with the zero that leads out of a place. */
const national = shapeOf(
  `(?:${wordStart}|(?<=\\())0[1-9]\\d{0,3}(?:\\)? ?/ ?|\\)? |[\\-.\\u00a0])\\d{2,8}(?:[ \\-.\\u00a0]\\d{2,8}){0,4}`,
  (match, start, text) => {
    const digits = digitsOf(match);
    if (digits.length < 9 || digits.length > 12 || !isWhole(match, start, text)) return false;
    const groups = match.split(/\D+/);
    // Days and months come in pairs, too.
    if (groups[0]?.length === 2 && groups[1]?.length === 2)
      return groups.length === 5 && groups.every((group) => group.length === 2);
    // An American postal code.
    if (/^\d{5}-\d{4}$/.test(match)) return isNamed(start, text);
    return !match.includes('.') || isNamed(start, text);
  },
);

/** Chinese mobile numbers need no marks. */
const chinese = shapeOf(`${wordStart}1[3-9]\\d(?:\\d{8}|([ \\-])\\d{4}\\1\\d{4})`, (match, start, text) => {
  if (!isWhole(match, start, text)) return false;
  return isNamed(start, text) || !isNear(text, start, { words: otherWords, reach: 16 });
});

/** Any number that is called a phone's. */
const named = shapeOf(
  `(?:${wordStart}|(?<=\\())\\d{2,11}(?:\\)?[ .\\-/\\u00a0]\\d{2,8}){0,4}`,
  (match, start, text) => {
    if (!isNamed(start, text)) return false;
    const { length } = digitsOf(match);
    return length >= 7 && length <= 15;
  },
);

const phoneWord = new RegExp(phoneWords.join('|').replaceAll('.', '\\.'), 'giu');
const reach = 24;

/** Where the words for a phone end, of the text that was looked at last. */
let ends: { readonly text: string; readonly at: readonly number[] } = { text: '', at: [] };

/** Whether a word for a phone stands shortly before. */
function isNamed(start: number, text: string): boolean {
  if (ends.text !== text)
    ends = { text, at: Array.from(text.matchAll(phoneWord), ({ 0: found, index }) => index + found.length) };
  const { at } = ends;
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const last = at[low - 1];
  return last !== undefined && start - last <= reach;
}

/** Phone numbers: international, of North America, with a leading zero, Chinese mobile, and what is called one. */
export function findPhones(text: string): Finding[] {
  const found = [international, northAmerican, national, chinese, named].flatMap((shape) =>
    matchShape(text, shape),
  );
  // Nothing of what people say is kept.
  ends = { text: '', at: [] };
  return found;
}
