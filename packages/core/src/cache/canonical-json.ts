/** What a member of an object is called, as JSON, and its value in one form, whatever the order and spelling it came in. */
export type CanonicalMembers = ReadonlyMap<string, string>;

const openBrace = 0x7b;
const openBracket = 0x5b;
const quote = 0x22;
const minus = 0x2d;
const digitZero = 0x30;
const digitNine = 0x39;
const comma = 0x2c;
const space = 0x20;
const letterU = 0x75;
const slash = 0x2f;

const manyMembers = 16;

/** Values in one body: to put more of them in order would keep everybody else waiting. */
const mostValues = 50_000;
const tooMany = new Error('more values than are worth a look into the cache');

/** Digits that any number can have and still be told apart from every other as a double. */
const exactDigits = 15;

/**
 * The members of a JSON object that was checked before: those of every object in it sorted, no white space, every text and
 * number spelled in one way. Undefined where an object in it has a member twice: one reader takes the first, another the
 * last, and the text means two things. Nor for what has more than 50,000 values.
 */
export function canonicalMembers(text: string): CanonicalMembers | undefined {
  const reader = new CanonicalReader(text);
  try {
    const members = new Map(reader.readRoot());
    return reader.isAmbiguous ? undefined : members;
  } catch (error) {
    if (error === tooMany) return undefined;
    throw error;
  }
}

/** Numbers are kept as they are written where a double could not hold them, so that no two that differ become one. */
class CanonicalReader {
  readonly #text: string;
  #at = 0;
  /** Where the next of these is, from some place before: each is looked for only once the last one lies behind. */
  #quote = -1;
  #backslash = -1;
  #values = 0;
  isAmbiguous = false;

  constructor(text: string) {
    this.#text = text;
  }

  readRoot(): [string, string][] {
    this.#skipSpace();
    return this.#readMembers();
  }

  #readValue(): string {
    if (++this.#values > mostValues) throw tooMany;
    const code = this.#text.charCodeAt(this.#at);
    if (code === quote) return this.#readString();
    if (code === openBrace) return this.#readObject();
    return code === openBracket ? this.#readArray() : this.#readScalar();
  }

  #readObject(): string {
    let written = '';
    for (const [name, value] of this.#readMembers())
      written += written === '' ? `${name}:${value}` : `,${name}:${value}`;
    return `{${written}}`;
  }

  #readMembers(): [string, string][] {
    const members: [string, string][] = [];
    for (let more = this.#enter('}'); more; more = this.#goOn()) {
      const name = this.#readString();
      this.#skipSpace();
      this.#at++;
      this.#skipSpace();
      members.push([name, this.#readValue()]);
    }
    if (members.length < 2) return members;
    sort(members);
    for (let index = 1; index < members.length; index++)
      if (members[index]?.[0] === members[index - 1]?.[0]) this.isAmbiguous = true;
    return members;
  }

  #readArray(): string {
    let written = '';
    for (let more = this.#enter(']'); more; more = this.#goOn())
      written += written === '' ? this.#readValue() : `,${this.#readValue()}`;
    return `[${written}]`;
  }

  /** Into a container; false where it is empty, and left again. */
  #enter(closing: string): boolean {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] !== closing) return true;
    this.#at++;
    return false;
  }

  /** Behind a value in a container; false where that is its end. */
  #goOn(): boolean {
    this.#skipSpace();
    const code = this.#text.charCodeAt(this.#at++);
    if (code !== comma) return false;
    this.#skipSpace();
    return true;
  }

  #readString(): string {
    const start = this.#at;
    let at = start + 1;
    let isCanonical = true;
    for (;;) {
      if (this.#quote < at) this.#quote = find(this.#text, '"', at);
      if (this.#backslash < at) this.#backslash = find(this.#text, '\\', at);
      if (this.#quote < this.#backslash) break;
      // Every other escape is the only way, or the one that JSON.stringify takes.
      const escaped = this.#text.charCodeAt(this.#backslash + 1);
      if (escaped === letterU || escaped === slash) isCanonical = false;
      at = this.#backslash + 2;
    }
    this.#at = this.#quote + 1;
    const written = this.#text.slice(start, this.#at);
    return isCanonical ? written : JSON.stringify(JSON.parse(written));
  }

  #readScalar(): string {
    const start = this.#at;
    let code = this.#text.charCodeAt(start);
    const isNumber = code === minus || (code >= digitZero && code <= digitNine);
    // Comma, bracket, brace or white space: none of them stands in a number or a word. NaN at the end compares as false.
    while (code !== comma && code !== 0x5d && code !== 0x7d && code > space)
      code = this.#text.charCodeAt(++this.#at);
    const written = this.#text.slice(start, this.#at);
    return isNumber ? canonicalNumber(written) : written;
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= space) this.#at++;
  }
}

/** Few members are put in order faster than a function can be called for each two of them. */
function sort(members: [string, string][]): void {
  // In place: the list was made for this.
  // oxlint-disable-next-line unicorn/no-array-sort
  if (members.length > manyMembers) return void members.sort(byName);
  for (let index = 1; index < members.length; index++) {
    const member = members[index];
    if (member === undefined) return;
    let at = index - 1;
    for (let before = members[at]; before !== undefined && before[0] > member[0]; before = members[--at])
      members[at + 1] = before;
    members[at + 1] = member;
  }
}

function byName([left]: [string, string], [right]: [string, string]): number {
  return left < right ? -1 : Number(left > right);
}

function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

/** `1.0`, `1` and `1e0` are one number; two that only a double takes for one are not. */
function canonicalNumber(written: string): string {
  const digits = written.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '');
  if (digits.length > exactDigits) return written;
  const value = Number(written);
  const isLost = !Number.isFinite(value) || (value === 0 && /[1-9]/.test(digits));
  return isLost ? written : String(value);
}
