/**
 * A tool-call id for a call that came without one. The same seed gives the same id: a stream and its whole answer agree.
 * The seed holds the answer's own id, because a conversation has many answers and ids must not meet again in it.
 */
export function makeCallId(...seed: readonly (string | number | undefined)[]): string {
  const text = JSON.stringify(seed);
  return `call_${hash(text, 0x811c9dc5)}${hash(text, 0x9747b28c)}`;
}

/** FNV-1a over UTF-16 units. */
function hash(text: string, start: number): string {
  let value = start;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(36).padStart(7, '0');
}
