/** A string in a JSON text, and the name of the member that it stands in, at whatever depth. */
export interface JsonText {
  /** Of the member that was named last; empty where none was. */
  readonly key: string;
  readonly text: string;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/**
 * The strings of a JSON text that are no longer than `longest` bytes, names of members left out: all of them, also those
 * of a member that is there twice. The text must be well formed (`scanJsonObject` says so).
 */
export function* textsOf(bytes: Buffer, longest: number): Generator<JsonText> {
  let key = '';
  for (let start = bytes.indexOf(quote); start >= 0; ) {
    const end = endOf(bytes, start);
    const isName = bytes[skipSpace(bytes, end + 1)] === colon;
    const isShort = end - start <= longest;
    const text = isShort ? String(JSON.parse(bytes.toString('utf8', start, end + 1))) : '';
    if (isName) key = text;
    else if (isShort) yield { key, text };
    start = bytes.indexOf(quote, end + 1);
  }
}

/** The quote at the end of the string that begins at `start`. */
function endOf(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(quote, start + 1); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0x21) <= 0x20) at++;
  return at;
}
