import { expect, test } from 'vitest';
import { nameDetector } from './find-names.ts';

const find = nameDetector([
  'Ann',
  'Ann Lee',
  "Sinéad O'Connor",
  'Jean-Luc',
  'MÜLLER',
  '李雷',
  '𠮷田',
  'สมชาย',
  'Project X9',
]);

function found(text: string): string[] {
  return find(text).map(({ start, end }) => text.slice(start, end));
}

test.each<[text: string, names: readonly string[]]>([
  ['Ann met ann and _Ann_, not Anna or Joann or ann_lee or a_ann', ['Ann', 'ann', 'Ann']],
  ['ANN LEE and Ann  Lee and Ann\nLee', ['ANN LEE', 'Ann  Lee', 'Ann\nLee']],
  ['Ann. Then Lee', ['Ann']],
  ["Ann's letter to sinéad o’connor", ['Ann', 'sinéad o’connor']],
  ['Sine\u0301ad O\u2019Connor in two code points', ['Sine\u0301ad O\u2019Connor']],
  ['Jean Luc, jean-luc, JeanLuc', ['Jean Luc', 'jean-luc']],
  ['Frau Müller, Müllerin', ['Müller']],
  ['我叫李雷，他叫𠮷田。', ['李雷', '𠮷田']],
  ['คุณสมชายมา', ['สมชาย']],
  ['{\\"a\\":\\"one\\nAnn\\"}', ['Ann']],
  ['project x9 and project x90', ['project x9']],
  ['', []],
])('%j', (text, names) => {
  expect(found(text).map((name) => name.normalize('NFC'))).toEqual(
    names.map((name) => name.normalize('NFC')),
  );
});

test('thousands of names cost no more than one', () => {
  const many = nameDetector(Array.from({ length: 20_000 }, (_, index) => `person ${index} of many`));
  expect(many('I am person 19999 of many, you are person 20000 of many.')).toEqual([
    { kind: 'name', start: 5, end: 25 },
  ]);
});
