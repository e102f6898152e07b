/** What a value must hold: an object its fields, a list something for each entry, in any order. A function decides itself. */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | RegExp
  | ((value: unknown) => boolean)
  | readonly Pattern[]
  | { readonly [name: string]: Pattern | undefined };

export function fits(value: unknown, pattern: Pattern): boolean {
  if (typeof pattern === 'function') return pattern(value);
  if (pattern instanceof RegExp) return typeof value === 'string' && pattern.test(value);
  if (isList(pattern))
    return isList(value) && pattern.every((entry) => value.some((item) => fits(item, entry)));
  if (typeof pattern !== 'object' || pattern === null) return value === pattern;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(pattern).every(
    ([name, entry]) => entry === undefined || fits(Reflect.get(value, name), entry),
  );
}

function isList(value: unknown): value is readonly never[] {
  return Array.isArray(value);
}

/** JSON as text. */
export function json(pattern: Pattern): Pattern {
  return (value) => {
    if (typeof value !== 'string') return false;
    try {
      return fits(JSON.parse(value), pattern);
    } catch {
      return false;
    }
  };
}

export const absent: Pattern = (value) => value === undefined;

/** A list of just so many. */
export function count(length: number): Pattern {
  return (value) => isList(value) && value.length === length;
}

export function both(one: Pattern, other: Pattern): Pattern {
  return (value) => fits(value, one) && fits(value, other);
}

/** These words, wherever they stand. */
export function says(words: RegExp): Pattern {
  return (value) => words.test(JSON.stringify(value));
}
