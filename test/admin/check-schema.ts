/** A JSON value of unknown shape. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };
type Schema = Readonly<Record<string, Value>>;

export const isObject = (value: unknown): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Says nothing of what is allowed. */
const notes = new Set([
  'description',
  'default',
  'id',
  'contentMediaType',
  'format',
  'propertyNames',
  'title',
]);

type Check = (word: Value, value: Value, place: Place) => readonly string[];

interface Place {
  readonly path: string;
  readonly schema: Schema;
  readonly document: Schema;
}

/**
 * What of a value is not as a schema of JSON Schema 2020-12 says, in words. Only of the words that are used here: of any
 * other it is told, too.
 */
export function checkSchema(schema: Value, value: Value, document: Schema, path = '$'): readonly string[] {
  if (schema === true) return [];
  if (!isObject(schema)) return [`${path}: the schema is none: ${JSON.stringify(schema)}`];
  return Object.entries(schema).flatMap(([word, said]) => {
    if (notes.has(word)) return [];
    const check = checks[word];
    if (check === undefined) return [`${path}: nobody checks "${word}"`];
    return check(said, value, { path, schema, document });
  });
}

/** As it stands there, or in JSON. */
export const wordOf = (value: Value | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const ok = (isRight: boolean, problem: string): readonly string[] => (isRight ? [] : [problem]);
const same = (one: Value, other: Value): boolean => JSON.stringify(one) === JSON.stringify(other);
const list = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [];

const checks: Readonly<Record<string, Check>> = {
  $ref: (said, value, { document, path }) => {
    const found = resolve(wordOf(said), document);
    return found === undefined
      ? [`${path}: there is no ${wordOf(said)}`]
      : checkSchema(found, value, document, path);
  },
  type: (said, value, { path }) =>
    ok(
      (Array.isArray(said) ? list(said) : [said]).some((type) => isOf(wordOf(type), value)),
      `${path}: ${JSON.stringify(value)?.slice(0, 80)} is no ${JSON.stringify(said)}`,
    ),
  const: (said, value, { path }) => ok(same(said, value), `${path} is not ${JSON.stringify(said)}`),
  enum: (said, value, { path }) =>
    ok(
      list(said).some((one) => same(one, value)),
      `${path}: ${JSON.stringify(value)} is none of ${JSON.stringify(said)}`,
    ),
  anyOf: (said, value, { document, path }) => {
    const all = list(said).map((one) => checkSchema(one, value, document, path));
    return all.some((problems) => problems.length === 0) ? [] : all.flat();
  },
  allOf: (said, value, { document, path }) =>
    list(said).flatMap((one) => checkSchema(one, value, document, path)),
  properties: (said, value, { document, path }) =>
    isObject(said) && isObject(value)
      ? Object.entries(said).flatMap(([name, one]) =>
          value[name] === undefined ? [] : checkSchema(one, value[name], document, `${path}.${name}`),
        )
      : [],
  required: (said, value, { path }) =>
    isObject(value)
      ? list(said).flatMap((name) =>
          ok(Object.hasOwn(value, wordOf(name)), `${path}.${wordOf(name)} is missing`),
        )
      : [],
  additionalProperties: (said, value, { document, path, schema }) => {
    if (!isObject(value)) return [];
    const known = isObject(schema['properties']) ? schema['properties'] : {};
    return Object.entries(value)
      .filter(([name]) => !Object.hasOwn(known, name))
      .flatMap(([name, one]) =>
        said === false
          ? [`${path}.${name} is not described`]
          : checkSchema(said, one, document, `${path}.${name}`),
      );
  },
  items: (said, value, { document, path }) =>
    list(value).flatMap((one, index) => checkSchema(said, one, document, `${path}[${index}]`)),
  minimum: (said, value, { path }) =>
    ok(typeof value !== 'number' || value >= Number(said), `${path} is below ${wordOf(said)}`),
  maximum: (said, value, { path }) =>
    ok(typeof value !== 'number' || value <= Number(said), `${path} is above ${wordOf(said)}`),
  minLength: (said, value, { path }) =>
    ok(typeof value !== 'string' || value.length >= Number(said), `${path} is too short`),
  maxLength: (said, value, { path }) =>
    ok(typeof value !== 'string' || value.length <= Number(said), `${path} is too long`),
  maxItems: (said, value, { path }) => ok(list(value).length <= Number(said), `${path} has too many`),
};

function isOf(type: string, value: Value): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

/** What is at a place of the document: `#/components/schemas/Call`. */
export function resolve(reference: string, document: Schema): Value | undefined {
  let found: Value | undefined = document;
  for (const step of reference.replace(/^#\//, '').split('/'))
    found = isObject(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  return found;
}
