import * as fc from 'fast-check';
import type { Json, JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { pathsIn, replaceAt, valueAt } from '../mutate-json.ts';
import { isList, isObject } from '../read.ts';
import type { WireObject } from './common.ts';

/** Something that is done to a valid body; places are taken modulo what there is. */
type Spoiling =
  | { readonly kind: 'put'; readonly at: number; readonly value: number }
  | { readonly kind: 'remove' | 'repeat' | 'empty' | 'add'; readonly at: number; readonly value: number };

/** The same, to its bytes. */
type Scratch = {
  readonly kind: 'twice' | 'cut' | 'flip' | 'insert';
  readonly at: number;
  readonly value: number;
};

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  kind: fc.constantFrom('put', 'put', 'remove', 'repeat', 'empty', 'add'),
  at: fc.nat(999),
  value: fc.nat(99),
});

const scratch: fc.Arbitrary<Scratch> = fc.record({
  kind: fc.constantFrom('twice', 'cut', 'flip', 'insert'),
  at: fc.nat(9999),
  value: fc.nat(99),
});

function nested(depth: number, open: string, close: string): Json {
  return JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`) as Json;
}

/** Wrong wherever they stand, or nearly. */
const values: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  -1e300,
  Number.MAX_SAFE_INTEGER,
  '',
  'future_word',
  '__proto__',
  'constructor',
  '\ud800',
  '\udc00x',
  '\u0000',
  'x'.repeat(20_000),
  '{"a":1}',
  [],
  {},
  [null],
  [[]],
  [{}],
  ['text'],
  { type: 'future' },
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as Json,
  nested(100, '[', ']'),
  nested(100, '{"a":', '}'),
  nested(400, '{"content":[', ']}'),
  nested(600, '[', ']'),
];

function spoil(body: JsonObject, { kind, at, value }: Spoiling): JsonObject {
  const paths = pathsIn(body);
  const path = paths[at % Math.max(1, paths.length)];
  if (path === undefined) return body;
  const before = valueAt(body, path);
  const changed = ((): Json | undefined => {
    switch (kind) {
      case 'put':
        return values[value % values.length];
      case 'remove':
        return undefined;
      case 'repeat':
        return isList(before) ? [...before, ...before] : [before ?? null, before ?? null];
      case 'empty':
        return isList(before) ? [] : isObject(before) ? {} : typeof before === 'string' ? '' : 0;
      default:
        return isObject(before) ? { ...before, future_field: values[value % values.length] } : before;
    }
  })();
  const next = replaceAt(body, path, changed);
  return isObject(next) ? next : body;
}

function scratched(bytes: Buffer, { kind, at, value }: Scratch): Buffer {
  const place = at % (bytes.length + 1);
  const put = (deleted: number, ...added: readonly number[]): Buffer =>
    Buffer.concat([bytes.subarray(0, place), Buffer.from(added), bytes.subarray(place + deleted)]);
  switch (kind) {
    case 'twice':
      return Buffer.concat([Buffer.from(twice[value % twice.length] ?? '{'), bytes.subarray(1)]);
    case 'cut':
      return bytes.subarray(0, place);
    case 'flip':
      return put(1, value % 256);
    default:
      return put(0, ...(pieces[value % pieces.length] ?? []));
  }
}

/** Members before those that are there already. */
const twice = [
  '{"model":"bedrock",',
  '{"messages":[],',
  '{"stream":true,',
  '{"stream":false,',
  '{"__proto__":{},',
  '{"input":0,',
];
const pieces = [
  [0],
  [0xff],
  [0xc3],
  [0xef, 0xbb, 0xbf],
  [0x22],
  [0x5c],
  [0x7b],
  [0x5d],
  [0x2c],
  [0xed, 0xa0, 0x80],
];

/** Bodies of this kind, valid and spoiled, and some that never were any. */
export function bodiesOf(valid: WireObject): fc.Arbitrary<Buffer> {
  const spoiled = fc
    .record({
      body: valid,
      spoilings: fc.oneof<fc.MaybeWeightedArbitrary<Spoiling[]>[]>(
        { weight: 3, arbitrary: fc.array(spoiling, { minLength: 1, maxLength: 4 }) },
        fc.constant([]),
      ),
      scratches: fc.oneof<fc.MaybeWeightedArbitrary<Scratch[]>[]>(
        { weight: 4, arbitrary: fc.constant([]) },
        fc.array(scratch, { minLength: 1, maxLength: 2 }),
      ),
    })
    .map(({ body, spoilings, scratches }) => {
      const text = JSON.stringify(spoilings.reduce(spoil, body));
      return scratches.reduce(scratched, Buffer.from(text));
    });
  const anything = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('', '{', '[]', 'null', '"model"', '{"model":', `{"a":${'['.repeat(100_000)}`)
      .map((text) => Buffer.from(text)),
  );
  return fc.oneof({ weight: 12, arbitrary: spoiled }, anything);
}
