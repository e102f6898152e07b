import { scanJsonObject } from '../protocol/scan-json.ts';
import { foldBytes, offsetBasis } from './hash.ts';

/** What stands before the conversation, as the dialects call it; vendors cache it in this order. */
const preludes = ['tools', 'system', 'system_instruction', 'systemInstruction', 'instructions'];
/** The conversation, as the dialects call it. */
const conversations = ['messages', 'contents', 'input', 'prompt'];
const wanted = new Set([...preludes, ...conversations]);

/** Bytes: vendors cache from about 1,024 tokens on, and what is alike for so long is served by one. */
const longest = 4096;

const quote = 0x22;
const backslash = 0x5c;
const user = Buffer.from('"user"');

/**
 * The same text for all requests that begin alike: of what stands before the conversation, and of it up to the end of
 * the user's first words, the first 4,096 bytes. So the turns of one conversation have one key whatever their length, and
 * so have all requests under one long system prompt.
 */
export function prefixKey(bytes: Uint8Array): string | undefined {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members = new Map(
    scanJsonObject(body, (key) => wanted.has(key)).map((member) => [member.key, member]),
  );
  let hash = offsetBasis;
  let length = 0;
  const add = (start: number, end: number): void => {
    const cut = Math.min(end, start + longest - length);
    hash = foldBytes(hash, body.subarray(start, cut));
    length += cut - start;
  };
  for (const name of preludes) {
    const member = members.get(name);
    if (member !== undefined && length < longest) add(member.start, member.end);
  }
  for (const name of conversations) {
    const member = members.get(name);
    if (member !== undefined && length < longest)
      add(member.start, endOfFirstWords(body, member.start, Math.min(member.end, member.start + longest)));
  }
  return length === 0 ? undefined : (hash >>> 0).toString(36);
}

/** Where the first element of an array ends in which the user speaks; `end` where that is farther away. */
function endOfFirstWords(body: Buffer, start: number, end: number): number {
  let depth = 0;
  let element = start;
  for (let place = start; place < end; place++) {
    const byte = body[place];
    if (byte === quote) place = endOfText(body, place, end);
    else if (byte === 0x5b || byte === 0x7b) {
      if (depth === 1) element = place;
      depth++;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
      if (depth === 1 && body.subarray(element, place).includes(user)) return place + 1;
    }
  }
  return end;
}

/** Of a text that begins at `start`: where its closing quote is. */
function endOfText(body: Buffer, start: number, end: number): number {
  let place = start + 1;
  while (place < end && body[place] !== quote) place += body[place] === backslash ? 2 : 1;
  return place;
}
