import { expect, test } from 'vitest';
import { detectorOf } from '../../packages/core/src/guard/detect/detectors.ts';
import { kinds } from '../../packages/core/src/protocol/finding.ts';
import { Dice, madeKinds, make, makeNothing } from './people.ts';

const positives = 2000;
const negatives = 12_000;

/** What stands around something, in letters, tables, code and logs. */
const frames: readonly (readonly [before: string, after: string])[] = [
  ['My data: ', '.'],
  ['', ''],
  ['(', ')'],
  ['"', '"'],
  ['Please use ', ', thank you!'],
  ['{"value":"', '","n":1}'],
  ['<td>', '</td>'],
  ['a\n', '\nb'],
  ['{\\"text\\":\\"one\\n', '\\"}'],
  ['为您登记：', '，谢谢'],
  ['See ', '? Or not'],
  ['- ', ' (new)'],
];

test('every kind is made', () => {
  expect(madeKinds.toSorted()).toEqual(kinds.toSorted());
});

test.each(kinds)('of %s, 99 in 100 are found, and 99 in 100 of what is found are one', (kind) => {
  const find = detectorOf(kind);
  const dice = new Dice(20_261_121);
  let found = 0;
  const missed: string[] = [];
  for (let count = 0; count < positives; count++) {
    const [before, after] = dice.pick(frames);
    const one = make(kind, dice);
    const text = before + one + after;
    // What is said before the number itself is no part of it.
    const start = before.length + (/^(?:SSN |Aadhaar: )/.exec(one)?.[0].length ?? 0);
    const end = before.length + one.length;
    if (find(text).some((finding) => finding.start === start && finding.end === end)) found++;
    else missed.push(text);
  }
  const wrong: string[] = [];
  for (let count = 0; count < negatives; count++) {
    const [before, after] = dice.pick(frames);
    const nothing = before + makeNothing(dice) + after;
    for (const { start, end } of find(nothing)) wrong.push(`${nothing.slice(start, end)} in ${nothing}`);
  }
  const recall = found / positives;
  const precision = found / (found + wrong.length);
  process.stdout.write(`${kind}: recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}\n`);
  // What it was is told where there was too much of it.
  expect(recall < 0.99 ? missed.slice(0, 20) : []).toEqual([]);
  expect(precision < 0.99 ? wrong.slice(0, 20) : []).toEqual([]);
});
