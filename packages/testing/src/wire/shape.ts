/**
 * What a vendor accepts in a request, as data: the strictness of real services is mostly their refusal of what they do
 * not know.
 */
export type Shape =
  | { readonly type: 'any' | 'flag' }
  | {
      readonly type: 'text';
      readonly oneOf?: readonly string[];
      readonly pattern?: RegExp;
      readonly longest?: number;
    }
  | NumberShape
  | { readonly type: 'list'; readonly of: Shape }
  | RecordShape
  /** Records that tell each other apart by the text in one field; `usual` is the kind of one that lacks it. */
  | {
      readonly type: 'tagged';
      readonly tag: string;
      readonly of: Readonly<Record<string, Shape>>;
      readonly usual?: string;
    }
  /** Text, or a list, or something else: told apart by their kind of JSON. */
  | { readonly type: 'either'; readonly of: readonly Shape[] }
  | { readonly type: 'nullable'; readonly of: Shape }
  /** For shapes that hold themselves. */
  | { readonly type: 'later'; shape(): Shape };

export interface NumberShape {
  readonly type: 'number';
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

export interface RecordShape {
  readonly type: 'record';
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
  /** What fields beside the known ones may hold; undefined: there may be none. */
  readonly rest: Shape | undefined;
  /** Exactly one of the fields must be there: a union without a tag. */
  readonly isUnion: boolean;
}

type Fields = Readonly<Record<string, Shape>>;

/** Whatever JSON can say. */
export const anything: Shape = { type: 'any' };
export const flag: Shape = { type: 'flag' };
export const text: Shape = { type: 'text' };
export const whole: Shape = { type: 'number', whole: true };
export const number: Shape = { type: 'number' };
/** An object of any content. */
export const map: Shape = openRecord({});

export function oneOf(...values: readonly string[]): Shape {
  return { type: 'text', oneOf: values };
}

export function textLike(pattern: RegExp): Shape {
  return { type: 'text', pattern };
}

/** `longest`: in characters. */
export function textUpTo(longest: number): Shape {
  return { type: 'text', longest };
}

export function numberIn(least: number, most: number): Shape {
  return { type: 'number', least, most };
}

export function wholeFrom(least: number): Shape {
  return { type: 'number', least, whole: true };
}

export function list(of: Shape): Shape {
  return { type: 'list', of };
}

/** A name that ends in `!` is required: `record({ 'id!': text, note: text })`. */
export function record(fields: Fields): RecordShape {
  const required = Object.keys(fields).filter((name) => name.endsWith('!'));
  return {
    type: 'record',
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, shape]) => [name.replace(/!$/, ''), shape]),
    ),
    required: required.map((name) => name.slice(0, -1)),
    rest: undefined,
    isUnion: false,
  };
}

/** An object of any names, whose values have a shape. */
export function mapOf(shape: Shape): RecordShape {
  return { ...record({}), rest: shape };
}

export function openRecord(fields: Fields): RecordShape {
  return { ...record(fields), rest: anything };
}

export function union(fields: Fields): RecordShape {
  return { ...record(fields), isUnion: true };
}

export function tagged(tag: string, of: Fields, usual?: string): Shape {
  return usual === undefined ? { type: 'tagged', tag, of } : { type: 'tagged', tag, of, usual };
}

export function either(...of: readonly Shape[]): Shape {
  return { type: 'either', of };
}

export function nullable(of: Shape): Shape {
  return { type: 'nullable', of };
}

export function later(shape: () => Shape): Shape {
  return { type: 'later', shape };
}
