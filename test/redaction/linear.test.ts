import { describe, expect, test } from 'vitest';
import { detectorOf } from '../../packages/core/src/guard/detect/detectors.ts';
import { nameDetector } from '../../packages/core/src/guard/detect/find-names.ts';
import { patternDetector } from '../../packages/core/src/guard/detect/match-pattern.ts';
import { Redactor } from '../../packages/core/src/guard/redactor.ts';
import { type Detector, kinds } from '../../packages/core/src/protocol/finding.ts';
import { Dice } from './people.ts';

const size = 100_000;
/** Milliseconds. */
const most = 50;

/** What makes bad matchers slow: things that nearly are one, over and over. */
const seeds = [
  'a',
  '@',
  'a@',
  'a@a.',
  `${'a'.repeat(64)}@`,
  '@a.',
  '@a-',
  '"@',
  'a.a@',
  'a@a.co ',
  `x@${'a.'.repeat(100)}`,
  '1',
  '1 ',
  '4111 ',
  '4111-1111-1111-1111-',
  '123-45-',
  '1.',
  '1,',
  '12-',
  '1 85 05 78 ',
  '000-00-0000 ',
  '+1',
  '+4 4 ',
  '(415) ',
  '0',
  '01 23 ',
  '00 ',
  'tel 12 34 56 78 ',
  'phone ',
  '1381234567',
  '+',
  '0/',
  '(0',
  '1.1.1.1.',
  ':',
  'a:',
  'fe80::',
  '::',
  '255.255.255.',
  'a:1.',
  'eyJ',
  'eyJ-',
  'eyJ.',
  'eyJaaaaaaaaaaaaaaaaaaaaa.eyJ',
  'sk-',
  '-sk-',
  'ghp_',
  'AKIA',
  'AIza',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  '-----BEGIN RSA ',
  '-----END',
  '-',
  'GB82 ',
  'GB82WEST',
  'GB82 WEST 1234 5698 7654 3',
  'AB12',
  'ABCDEF12',
  'AB 12 34 5',
  'anna ',
  'anna anna ',
  '张',
  'é',
  '\\n4',
  '\\u0041',
  '\\',
  ' ',
  '\n',
  '[',
  '\u{1f600}',
];
const inputs = seeds.map((seed) => seed.repeat(Math.ceil(size / seed.length)).slice(0, size));

const names = Array.from(
  { length: 5000 },
  (_, index) => `anna ${index.toString(26).replace(/\d/g, 'x')} name${index}`,
);
const detectors: readonly (readonly [name: string, detector: Detector])[] = [
  ...kinds.map((kind) => [kind, detectorOf(kind)] as const),
  ['names', nameDetector([...names, 'anna anna anna anna b', '张张张张伟'])],
  ['a pattern', patternDetector('employee', '(a|aa)+b|(\\d+)*x|EMP-\\d{6}')],
];

/** Milliseconds that it takes at best: what else the machine does is not the detector's. */
function timeOf(find: Detector, input: string, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8 && best >= enough; round++) {
    const start = performance.now();
    find(input);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

describe.each(detectors)('%s', (name, find) => {
  // A pattern of the operator's own is as slow as it is large, and no slower.
  const limit = name === 'a pattern' ? most * 4 : most;

  test('is looked for in 100 kB of anything in under 50 ms', () => {
    const slow = seeds.flatMap((seed, index) => {
      const time = timeOf(find, inputs[index] ?? '', limit);
      return time < limit ? [] : [`${JSON.stringify(seed.slice(0, 40))}: ${time.toFixed(1)} ms`];
    });
    expect(slow).toEqual([]);
  });

  test('is looked for in mixtures of all that in under 50 ms', () => {
    const dice = new Dice(7);
    for (let round = 0; round < 4; round++) {
      let text = '';
      while (text.length < size) text += dice.pick(seeds);
      expect(timeOf(find, text.slice(0, size), limit)).toBeLessThan(limit);
    }
  });
});

test('all of it together, with what is done about it, costs as much as its parts', async () => {
  const searches = [
    { mode: 'reversible' as const, detectors: detectors.map(([, find]) => find), detect: undefined },
  ];
  const context = {
    signal: new AbortController().signal,
    post: () => Promise.reject(new Error('nobody is there')),
  };
  const times: number[] = [];
  for (const input of inputs.filter((_, index) => index % 4 === 0)) {
    const start = performance.now();
    await new Redactor(searches, context).redactTexts([['text', input]]);
    times.push(performance.now() - start);
  }
  const worst = Math.max(...times);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  process.stdout.write(`all kinds in 100 kB: ${mean.toFixed(1)} ms, at worst ${worst.toFixed(1)} ms\n`);
  expect(worst).toBeLessThan(most * 10);
});
