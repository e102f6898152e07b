/** A part of a file: bytes from `start` up to, and without, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What a `Range` header asks for of a file of `size` bytes: RFC 9110, 14.2. Undefined: all of it, also where several parts
 * are asked for at once, or in a form that is none. `unsatisfiable`: what is not there.
 */
export function readRange(header: unknown, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] =
    (typeof header === 'string' && /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim())) || [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const count = Math.min(Number(last), size);
    return count === 0 ? 'unsatisfiable' : { start: size - count, end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
