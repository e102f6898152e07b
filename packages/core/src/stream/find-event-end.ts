const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * The index just behind the last complete server-sent event in `bytes`, or 0 where none ends there.
 * An event ends with an empty line; lines end with LF, CR LF or CR
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream).
 */
export function findLastEventEnd(bytes: Uint8Array, before: number = bytes.length): number {
  for (let at = before - 1; at > 0; at--) {
    const byte = bytes[at];
    if (byte !== lineFeed && byte !== carriageReturn) continue;
    const previous = byte === lineFeed && bytes[at - 1] === carriageReturn ? bytes[at - 2] : bytes[at - 1];
    if (previous === lineFeed || previous === carriageReturn) return at + 1;
  }
  return 0;
}

/** The index just behind the first event that ends at or after `from`, or 0 where none does. */
export function findNextEventEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== lineFeed && byte !== carriageReturn) continue;
    const next = byte === carriageReturn && bytes[at + 1] === lineFeed ? at + 2 : at + 1;
    const after = bytes[next];
    if (after === lineFeed) return next + 1;
    if (after === carriageReturn) return bytes[next + 1] === lineFeed ? next + 2 : next + 1;
  }
  return 0;
}

const decoder = new TextDecoder();

/** The `data` of one event: its lines joined with LF; undefined for a comment or an event without data. */
export function readEventData(event: Uint8Array): string | undefined {
  const text = decoder.decode(event);
  // Nearly every event of every provider is one line of data and an empty one.
  const end = text.length - 2;
  if (text.startsWith('data: ') && text.indexOf('\n') === end && !text.includes('\r'))
    return text.slice(6, end);
  return joinDataLines(text);
}

function joinDataLines(text: string): string | undefined {
  let data: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!line.startsWith('data:')) continue;
    const value = line.slice(line[5] === ' ' ? 6 : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}
