/** The names and places on the way to a value, from the outermost. */
export type JsonPath = readonly (string | number)[];

/** Something in a JSON text that somebody may have written. */
export interface JsonLeaf {
  readonly type: 'string' | 'key' | 'number';
  /** Of the value; of a name, that of the member it names. Good only during the visit. */
  readonly path: JsonPath;
  /** Where it stands, quotes included. */
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;

/** Visits every string, name and number of a JSON text that is well formed, once, from its beginning to its end. */
export function walkJson(text: string, visit: (leaf: JsonLeaf) => void): void {
  const path: (string | number)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at);
      if (isName) path[path.length - 1] = readString(text.slice(at, end));
      visit({ type: isName ? 'key' : 'string', path, start: at, end });
      isName = false;
      at = end - 1;
    } else if (code === 0x7b) {
      path.push('');
      isName = true;
    } else if (code === 0x5b) path.push(0);
    else if (code === 0x7d || code === 0x5d) {
      path.pop();
      isName = false;
    } else if (code === 0x2c) {
      const last = path.at(-1);
      if (typeof last === 'number') path[path.length - 1] = last + 1;
      else isName = true;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = endOfNumber(text, at);
      visit({ type: 'number', path, start: at, end });
      at = end - 1;
    }
  }
}

/** What a string of JSON stands for. */
export function readString(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

/** Behind the quote that ends the string which begins at `start`. */
export function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Behind the number that begins at `start`. */
export function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    // Digits, signs, a point, an exponent.
    if (
      !(
        (code >= 0x30 && code <= 0x39) ||
        code === 0x2e ||
        code === 0x2b ||
        code === 0x2d ||
        (code | 0x20) === 0x65
      )
    )
      break;
    at++;
  }
  return at;
}

/** Whether a text is a JSON object or array, and not only begins like one. */
export function isJson(text: string): boolean {
  const first = text.trimStart().charAt(0);
  if (first !== '{' && first !== '[') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A text with other texts in place of parts of it, which are in order and do not overlap. */
export function spliceText(
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): string {
  let spliced = '';
  let from = 0;
  for (const edit of edits) {
    spliced += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return spliced + text.slice(from);
}
