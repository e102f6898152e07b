import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalMembers } from './canonical-json.ts';

const read = (text: string): Record<string, string> | undefined => {
  const members = canonicalMembers(text);
  return members && Object.fromEntries([...members].map(([name, value]) => [JSON.parse(name), value]));
};

test('members are sorted at every depth, and white space is left out', () => {
  expect(read(' { "b" : [ 1 , { "y" : null , "x" : [ ] } ] , "a" : { } }\n')).toEqual({
    a: '{}',
    b: '[1,{"x":[],"y":null}]',
  });
});

test('texts and numbers are spelled in one way', () => {
  expect(read('{"a":"\\u0041\\/\\n","\\u0062":1.0,"c":10e-1,"d":-0,"e":true}')).toEqual({
    a: '"A/\\n"',
    b: '1',
    c: '1',
    d: '0',
    e: 'true',
  });
});

test('numbers that a double cannot tell apart stay apart', () => {
  expect(read('{"a":9007199254740993}')).not.toEqual(read('{"a":9007199254740992}'));
  expect(read('{"a":1e400}')).not.toEqual(read('{"a":1e401}'));
  expect(read('{"a":1e-400}')).not.toEqual(read('{"a":0}'));
  expect(read('{"a":0.10000000000000000001}')).not.toEqual(read('{"a":0.1}'));
});

test('a member that is there twice, at any depth, leaves nothing to go by', () => {
  expect(read('{"a":1,"a":1}')).toBeUndefined();
  expect(read('{"a":[{"b":1,"\\u0062":2}]}')).toBeUndefined();
  expect(read('{"a":[{"b":1},{"b":2}]}')).toBeDefined();
});

test('a long text full of escapes is read in linear time', () => {
  const text = JSON.stringify({ a: '\\"\n'.repeat(300_000), b: 'x'.repeat(1_000_000) });
  const before = performance.now();
  expect(canonicalMembers(text)?.size).toBe(2);
  expect(performance.now() - before).toBeLessThan(1000);
});

/** The same value, with the members of every object in another order, and other white space. */
function shuffle(value: unknown, random: () => number): string {
  const gap = (): string => [' ', '', '\n', '\t\r', ''][Math.floor(random() * 5)] ?? '';
  const write = (given: unknown): string => {
    if (Array.isArray(given)) return `[${gap()}${given.map(write).join(`${gap()},${gap()}`)}${gap()}]`;
    if (typeof given !== 'object' || given === null) return spell(given, random);
    const members = Object.entries(given).map(([name, member]) => ({ name, member, place: random() }));
    members.sort((left, right) => left.place - right.place);
    const written = members.map(
      ({ name, member }) => `${spell(name, random)}${gap()}:${gap()}${write(member)}`,
    );
    return `{${gap()}${written.join(`${gap()},${gap()}`)}${gap()}}`;
  };
  return `${gap()}${write(value)}${gap()}`;
}

/** Now and then with escapes that need not be there. */
function spell(scalar: unknown, random: () => number): string {
  if (typeof scalar !== 'string' || random() < 0.5) return JSON.stringify(scalar);
  const escape = (character: string): string =>
    random() < 0.3 ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character;
  const plain = JSON.stringify(scalar);
  // Unit by unit: an escape stands for half of a pair, too.
  return plain.includes('\\') ? plain : `"${plain.slice(1, -1).split('').map(escape).join('')}"`;
}

const root = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });

test('order, white space and spelling never change what is read', () => {
  fc.assert(
    fc.property(root, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (value, chances) => {
      const random = (): number => Number(chances.next().value);
      const plain = JSON.stringify(value);
      expect(read(shuffle(JSON.parse(plain), random))).toEqual(read(plain));
    }),
  );
});

test('what is read is the value itself, and nothing else', () => {
  fc.assert(
    fc.property(root, (value) => {
      const plain = JSON.stringify(value);
      const members = canonicalMembers(plain);
      const written = `{${[...(members ?? [])].map(([name, member]) => `${name}:${member}`).join()}}`;
      expect(JSON.parse(written)).toEqual(JSON.parse(plain));
    }),
  );
});

test('another value is read as another', () => {
  fc.assert(
    fc.property(root, root, (left, right) => {
      const [one, other] = [JSON.stringify(left), JSON.stringify(right)];
      const isSame = JSON.stringify(sorted(JSON.parse(one))) === JSON.stringify(sorted(JSON.parse(other)));
      expect(JSON.stringify(read(one)) === JSON.stringify(read(other))).toBe(isSame);
    }),
  );
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const names = Object.keys(value).toSorted();
  return names.map((name) => [name, sorted(Reflect.get(value, name))]);
}

const listOf = (count: number): string => `{"x":[${Array.from({ length: count }, () => '1').join()}]}`;
const objectOf = (count: number): string =>
  `{"x":{${Array.from({ length: count }, (_, index) => `"${index}":1`).join()}}}`;

test('a body of very many values is not put in order', () => {
  for (const write of [listOf, objectOf]) {
    expect(canonicalMembers(write(49_999))?.size).toBe(1);
    expect(canonicalMembers(write(50_000))).toBeUndefined();
  }
});
