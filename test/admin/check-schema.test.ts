import { expect, test } from 'vitest';
import { checkSchema, type Value } from './check-schema.ts';

const document = { components: { schemas: { Name: { type: 'string', maxLength: 3 } } } };
const schema: Value = {
  type: 'object',
  properties: {
    name: { $ref: '#/components/schemas/Name' },
    age: { type: ['integer', 'null'], minimum: 0 },
    kinds: { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 2 },
    either: { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
  },
  required: ['name'],
  additionalProperties: false,
};

test.each<[what: string, value: Value, problems: readonly string[]]>([
  ['all as it should be', { name: 'ann', age: null, kinds: ['a'], either: true }, []],
  ['something missing', {}, ['$.name is missing']],
  ['something else', { name: 'a', more: 1 }, ['$.more is not described']],
  ['a name that is too long', { name: 'anna' }, ['$.name is too long']],
  ['a wrong type', { name: 1 }, ['$.name: 1 is no "string"']],
  ['no whole number', { name: 'a', age: 1.5 }, ['$.age: 1.5 is no ["integer","null"]']],
  ['too little', { name: 'a', age: -1 }, ['$.age is below 0']],
  ['a wrong item', { name: 'a', kinds: ['c'] }, ['$.kinds[0]: "c" is none of ["a","b"]']],
  ['neither', { name: 'a', either: 1 }, ['$.either: 1 is no "string"', '$.either: 1 is no "boolean"']],
])('%s', (_what, value, problems) => {
  expect(checkSchema(schema, value, document)).toEqual(problems);
});

test('a word that nobody checks is told', () => {
  expect(checkSchema({ not: {} }, 1, document)).toEqual(['$: nobody checks "not"']);
  expect(checkSchema({ $ref: '#/components/schemas/Gone' }, 1, document)).toEqual([
    '$: there is no #/components/schemas/Gone',
  ]);
});
