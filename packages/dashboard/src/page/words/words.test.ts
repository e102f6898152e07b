import { expect, test } from 'vitest';
import { en } from './en/index.ts';
import { zh } from './zh/index.ts';

/** Every text by its place: `calls.facts.who`. */
function textsOf(words: object, at = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(words)) {
    const place = at === '' ? name : `${at}.${name}`;
    if (typeof value === 'string') texts.set(place, value);
    else for (const [inner, text] of textsOf(value as object, place)) texts.set(inner, text);
  }
  return texts;
}

const [english, chinese] = [textsOf(en), textsOf(zh)];
const placesIn = (text = ''): string[] => [...new Set(text.match(/\{\w+\}/g))].toSorted();

test('both languages say the same things', () => {
  expect(english.size).toBeGreaterThan(150);
  expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
});

test('nothing is said with no words', () => {
  for (const texts of [english, chinese])
    expect([...texts].filter(([, text]) => text.trim() === '').map(([place]) => place)).toEqual([]);
});

test('values are put into both languages', () => {
  for (const [place, text] of english) {
    const forms = text.split('|');
    for (const form of forms) expect([place, ...placesIn(form)]).toEqual([place, ...placesIn(forms[0])]);
    expect([place, ...placesIn(chinese.get(place))]).toEqual([place, ...placesIn(text)]);
  }
});

/** The same in every language: names, units, signs. */
const same =
  /^[\s\p{P}\p{S}\d]*$|^(?:p50|p95|curl|CSV|JSON|URL|ID|API|SDK|Python|Go|Java|TypeScript|JavaScript|Node\.js|C#|HTTP)$/iu;

test('Chinese is Chinese', () => {
  const left = [...chinese].filter(
    ([place, text]) => text === english.get(place) && !same.test(text.replaceAll(/\{\w+\}/g, '')),
  );
  expect(left).toEqual([]);
  const without = [...chinese].filter(([, text]) => !/\p{Script=Han}/u.test(text)).map(([, text]) => text);
  expect(without.filter((text) => /[a-z]{4,} [a-z]{3,} [a-z]{3,}/i.test(text))).toEqual([]);
});
