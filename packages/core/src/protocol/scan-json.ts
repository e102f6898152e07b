/** One member of the top-level object; the span is that of its value. */
export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** The text is not the JSON object it should be. */
export class JsonSyntaxError extends Error {
  /** Bytes from the start. */
  readonly position: number;

  constructor(reason: string, position: number) {
    super(reason);
    this.position = position;
  }
}

const maximumDepth = 512;
const text = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of a name that somebody may want, with every character escaped. */
const longestWanted = 128;
/** 1 for every byte that stands for itself in a string: no quote, no backslash, no control character. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

/**
 * Checks that `bytes` are one JSON object (RFC 8259) and tells where the values of its members are, without
 * building anything: what a verbatim body needs in order to be checked once and changed in place.
 * `wanted`: the members to tell of; a body may have millions of others.
 *
 * @throws JsonSyntaxError with the position of the first byte that is wrong.
 */
export function scanJsonObject(bytes: Buffer, wanted?: (key: string) => boolean): JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== 0x7b) fail(bytes, at, 'a JSON object was expected');
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x7d) at++;
  else {
    for (;;) {
      const keyStart = at;
      const keyEnd = skipMemberName(bytes, at);
      const start = skipColon(bytes, keyEnd);
      const end = skipValue(bytes, start);
      if (wanted === undefined || keyEnd - keyStart < longestWanted) {
        const key = readKey(bytes, keyStart + 1, keyEnd - 1);
        if (wanted?.(key) ?? true) members.push({ key, start, end });
      }
      at = skipSpace(bytes, end);
      const byte = bytes[at];
      if (byte !== 0x2c && byte !== 0x7d) fail(bytes, at, "',' or '}' was expected");
      at++;
      if (byte === 0x7d) break;
      at = skipSpace(bytes, at);
    }
  }
  at = skipSpace(bytes, at);
  if (at < bytes.length) fail(bytes, at, 'nothing was expected after the object');
  return members;
}

// Each of these takes the position of what it skips, and returns the position behind it.

/** One value of any kind; what is open is kept in a list, never recursed into. */
function skipValue(bytes: Buffer, from: number): number {
  const open: number[] = [];
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte === 0x7b || byte === 0x5b) {
      if (open.length >= maximumDepth) fail(bytes, at, `nesting is deeper than ${maximumDepth}`);
      at = skipSpace(bytes, at + 1);
      if (bytes[at] === byte + 2) at++;
      else {
        open.push(byte);
        if (byte === 0x7b) at = skipColon(bytes, skipMemberName(bytes, at));
        continue;
      }
    } else if (byte === 0x22) at = skipString(bytes, at);
    else at = skipScalar(bytes, at);
    // Close what ends here, until another value follows.
    for (;;) {
      const container = open.at(-1);
      if (container === undefined) return at;
      at = skipSpace(bytes, at);
      const next = bytes[at];
      if (next === 0x2c) {
        at = skipSpace(bytes, at + 1);
        if (container === 0x7b) at = skipColon(bytes, skipMemberName(bytes, at));
        break;
      }
      if (next !== container + 2)
        fail(bytes, at, container === 0x7b ? "',' or '}' was expected" : "',' or ']' was expected");
      at++;
      open.pop();
    }
  }
}

function skipMemberName(bytes: Buffer, at: number): number {
  if (bytes[at] !== 0x22) fail(bytes, at, 'a member name in double quotes was expected');
  return skipString(bytes, at);
}

function skipColon(bytes: Buffer, from: number): number {
  const at = skipSpace(bytes, from);
  if (bytes[at] !== 0x3a) fail(bytes, at, "':' was expected");
  return skipSpace(bytes, at + 1);
}

function skipString(bytes: Buffer, from: number): number {
  let at = from + 1;
  for (;;) {
    at = skipPlain(bytes, at);
    const byte = bytes[at];
    if (byte === 0x22) return at + 1;
    if (byte === 0x5c) at = skipEscape(bytes, at);
    else
      fail(
        bytes,
        at,
        at >= bytes.length ? 'the string does not end' : 'a control character in a string must be escaped',
      );
  }
}

/** Prompts are long strings: nearly all the time goes into this loop, which is faster in a function of its own. */
function skipPlain(bytes: Buffer, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length && isPlain[bytes[at] ?? 0] === 1) at++;
  return at;
}

function skipEscape(bytes: Buffer, at: number): number {
  const byte = bytes[at + 1];
  if (byte === 0x75) {
    for (let digit = at + 2; digit < at + 6; digit++) {
      if (!isHexDigit(bytes[digit] ?? 0)) fail(bytes, digit, 'four hexadecimal digits were expected');
    }
    return at + 6;
  }
  // " \ / b f n r t
  if (byte === 0x22 || byte === 0x5c || byte === 0x2f || byte === 0x62 || byte === 0x66) return at + 2;
  if (byte === 0x6e || byte === 0x72 || byte === 0x74) return at + 2;
  return fail(bytes, at + 1, 'this escape does not exist');
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipScalar(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === 0x74) return skipWord(bytes, at, 'true');
  if (byte === 0x66) return skipWord(bytes, at, 'false');
  if (byte === 0x6e) return skipWord(bytes, at, 'null');
  if (byte === 0x2d || isDigit(byte)) return skipNumber(bytes, at);
  return fail(bytes, at, 'a value was expected');
}

function skipWord(bytes: Buffer, from: number, word: string): number {
  for (let index = 0; index < word.length; index++) {
    if (bytes[from + index] !== word.charCodeAt(index)) fail(bytes, from + index, `'${word}' was expected`);
  }
  return from + word.length;
}

function skipNumber(bytes: Buffer, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from;
  at = bytes[at] === 0x30 ? at + 1 : skipDigits(bytes, at);
  if (bytes[at] === 0x2e) at = skipDigits(bytes, at + 1);
  if (((bytes[at] ?? 0) | 0x20) === 0x65) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
  }
  return at;
}

function skipDigits(bytes: Buffer, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at++;
  return at === from ? fail(bytes, at, 'a digit was expected') : at;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at++;
  }
}

function readKey(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === 0x5c)
      return String(JSON.parse(`"${text.decode(bytes.subarray(start, end))}"`));
  }
  // Plain, almost always: a decoder would cost more than all the rest of a short name.
  return bytes.toString('latin1', start, end);
}

function fail(bytes: Buffer, at: number, reason: string): never {
  const isAtEnd = at >= bytes.length;
  throw new JsonSyntaxError(isAtEnd ? `the text ends here: ${reason}` : reason, Math.min(at, bytes.length));
}
