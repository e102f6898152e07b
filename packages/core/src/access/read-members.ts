/* What the host says of a caller is read as it was meant, or not at all: a wrong shape must not pass for "no limit". */

/** A string, or a number of a database. Anything else may read the same for two tenants, as `[object Object]` does. @throws TypeError */
export function readName(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  throw new TypeError(`a ${name} that is a ${typeof value}; it is a string or a number`);
}

/** Bytes that a path may have, about: it is part of names in stores. */
const longestPath = 512;

/** `acme/research/alice`: no step is empty. @throws TypeError */
export function readPath(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new TypeError(`a ${name} that is a ${typeof value}; it is a string`);
  if (value.length > longestPath) throw new TypeError(`a ${name} of more than ${longestPath} characters`);
  const hasEmptyStep = value === '' || value.startsWith('/') || value.endsWith('/') || value.includes('//');
  if (hasEmptyStep || /\p{Cc}/u.test(value))
    throw new TypeError(`a ${name} with an empty step; it is like "acme/research/alice"`);
  return value;
}

/** @throws TypeError */
export function readList(name: string, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new TypeError(`${name} that are no array; they are an array of strings`);
  return value.map((one: unknown) => {
    if (typeof one === 'string' && one !== '') return one;
    throw new TypeError(`${name} with something that is no string, or an empty one`);
  });
}

/** @throws TypeError */
export function readFlag(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new TypeError(`a ${name} that is a ${typeof value}; it is true or false`);
}

/** The members of an object of which all names are known. @throws TypeError */
export function readFields(
  name: string,
  value: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} that is no object`);
  const fields: Record<string, unknown> = {};
  for (const [member, one] of Object.entries(value)) {
    if (one === undefined || one === null) continue;
    if (!known.includes(member))
      throw new TypeError(`${name}.${member}, which is not known; known: ${known.join(', ')}`);
    fields[member] = one;
  }
  return fields;
}
