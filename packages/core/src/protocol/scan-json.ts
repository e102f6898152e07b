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
// A byte order mark at the start of a name is part of the name.
const text = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Checks that `bytes` are one JSON object (RFC 8259) and tells where the values of its members are, without
 * building anything: what a verbatim body needs in order to be checked once and changed in place.
 *
 * @throws JsonSyntaxError with the position of the first byte that is wrong.
 */
export function scanJsonObject(bytes: Uint8Array): JsonMember[] {
  const scanner = new Scanner(bytes);
  return scanner.topLevelObject();
}

function decodeKey(bytes: Uint8Array, escaped: boolean): string {
  const raw = text.decode(bytes);
  return escaped ? String(JSON.parse(`"${raw}"`)) : raw;
}

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  topLevelObject(): JsonMember[] {
    const members: JsonMember[] = [];
    this.#skipSpace();
    if (this.#bytes[this.#at] !== 0x7b) this.#fail('a JSON object was expected');
    this.#at++;
    this.#skipSpace();
    if (this.#bytes[this.#at] === 0x7d) this.#at++;
    else {
      for (;;) {
        const key = this.#key();
        const start = this.#at;
        this.#value();
        members.push({ key, start, end: this.#at });
        this.#skipSpace();
        const byte = this.#bytes[this.#at];
        if (byte !== 0x2c && byte !== 0x7d) this.#fail("',' or '}' was expected");
        this.#at++;
        if (byte === 0x7d) break;
        this.#skipSpace();
      }
    }
    this.#skipSpace();
    if (this.#at < this.#bytes.length) this.#fail('nothing was expected after the object');
    return members;
  }

  /** A member's name and the colon; leaves off at the value. */
  #key(): string {
    const start = this.#at;
    if (this.#bytes[start] !== 0x22) this.#fail('a member name in double quotes was expected');
    const escaped = this.#string();
    const end = this.#at;
    this.#colon();
    return this.#keyText(start + 1, end - 1, escaped);
  }

  /** Names are short and plain almost always; a decoder costs more than all the rest of such a name. */
  #keyText(start: number, end: number, escaped: boolean): string {
    let name = '';
    for (let at = start; at < end; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (byte >= 0x80) return decodeKey(this.#bytes.subarray(start, end), escaped);
      name += String.fromCharCode(byte);
    }
    return escaped ? decodeKey(this.#bytes.subarray(start, end), true) : name;
  }

  #colon(): void {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== 0x3a) this.#fail("':' was expected");
    this.#at++;
    this.#skipSpace();
  }

  /** One value of any kind; what is open is counted, never recursed into. */
  #value(): void {
    const bytes = this.#bytes;
    const isObject: boolean[] = [];
    for (;;) {
      const byte = bytes[this.#at];
      if (byte === 0x7b || byte === 0x5b) {
        if (isObject.length >= maximumDepth) this.#fail(`nesting is deeper than ${maximumDepth}`);
        this.#at++;
        this.#skipSpace();
        if (bytes[this.#at] === byte + 2) this.#at++;
        else {
          isObject.push(byte === 0x7b);
          if (byte === 0x7b) this.#memberName();
          continue;
        }
      } else if (byte === 0x22) this.#string();
      else this.#scalar(byte);
      if (this.#closed(isObject)) return;
    }
  }

  /** After a value: closes what ends here. True when nothing is open any more, false when another value follows. */
  #closed(isObject: boolean[]): boolean {
    const bytes = this.#bytes;
    for (;;) {
      const inObject = isObject.at(-1);
      if (inObject === undefined) return true;
      this.#skipSpace();
      const byte = bytes[this.#at];
      if (byte === 0x2c) {
        this.#at++;
        this.#skipSpace();
        if (inObject) this.#memberName();
        return false;
      }
      if (byte !== (inObject ? 0x7d : 0x5d))
        this.#fail(inObject ? "',' or '}' was expected" : "',' or ']' was expected");
      this.#at++;
      isObject.pop();
    }
  }

  #memberName(): void {
    if (this.#bytes[this.#at] !== 0x22) this.#fail('a member name in double quotes was expected');
    this.#string();
    this.#colon();
  }

  /** Returns whether anything in the string is escaped. */
  #string(): boolean {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    let escaped = false;
    for (;;) {
      const byte = bytes[at];
      if (byte === 0x22) {
        this.#at = at + 1;
        return escaped;
      }
      if (byte === 0x5c) {
        escaped = true;
        at += this.#escape(at);
      } else if (byte === undefined || byte < 0x20) {
        this.#at = at;
        this.#fail(
          byte === undefined ? 'the string does not end' : 'a control character in a string must be escaped',
        );
      } else at++;
    }
  }

  #escape(at: number): number {
    const byte = this.#bytes[at + 1];
    if (byte === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit++) {
        const code = (this.#bytes[digit] ?? 0) | 0x20;
        const hex = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
        if (!hex || (this.#bytes[digit] ?? 0) < 0x30) {
          this.#at = digit;
          this.#fail('four hexadecimal digits were expected');
        }
      }
      return 6;
    }
    // " \ / b f n r t
    if (byte === 0x22 || byte === 0x5c || byte === 0x2f || byte === 0x62 || byte === 0x66) return 2;
    if (byte === 0x6e || byte === 0x72 || byte === 0x74) return 2;
    this.#at = at + 1;
    return this.#fail('this escape does not exist');
  }

  #scalar(byte: number | undefined): void {
    if (byte === 0x74) this.#word('true');
    else if (byte === 0x66) this.#word('false');
    else if (byte === 0x6e) this.#word('null');
    else if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) this.#number();
    else this.#fail('a value was expected');
  }

  #word(word: string): void {
    for (let index = 0; index < word.length; index++) {
      if (this.#bytes[this.#at] !== word.charCodeAt(index)) this.#fail(`'${word}' was expected`);
      this.#at++;
    }
  }

  #number(): void {
    if (this.#bytes[this.#at] === 0x2d) this.#at++;
    if (this.#bytes[this.#at] === 0x30) this.#at++;
    else this.#digits();
    if (this.#bytes[this.#at] === 0x2e) {
      this.#at++;
      this.#digits();
    }
    if (((this.#bytes[this.#at] ?? 0) | 0x20) === 0x65) {
      this.#at++;
      const sign = this.#bytes[this.#at];
      if (sign === 0x2b || sign === 0x2d) this.#at++;
      this.#digits();
    }
  }

  #digits(): void {
    const start = this.#at;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || byte < 0x30 || byte > 0x39) break;
      this.#at++;
    }
    if (this.#at === start) this.#fail('a digit was expected');
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #fail(reason: string): never {
    const ended = this.#at >= this.#bytes.length;
    throw new JsonSyntaxError(
      ended ? `the text ends here: ${reason}` : reason,
      Math.min(this.#at, this.#bytes.length),
    );
  }
}
