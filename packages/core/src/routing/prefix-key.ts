import { bufferOf } from '../protocol/buffer-of.ts';
import { foldBytes, offsetBasis } from '../protocol/hash.ts';
import { type JsonMember, scanJsonObject } from '../protocol/scan-json.ts';

/** What stands before the conversation, as the dialects call it; vendors cache it in this order. */
const preludes = ['tools', 'toolConfig', 'system', 'system_instruction', 'systemInstruction', 'instructions'];
/** The conversation, as the dialects call it. */
const conversations = ['messages', 'contents', 'input', 'prompt'];
const wanted = new Set([...preludes, ...conversations]);

/** Bytes: vendors cache from about 1,024 tokens on, and what is alike for so long is served by one. */
const longest = 4096;
/** Bytes that are looked at for them. */
const farthest = 4 * longest;

const quote = 0x22;
const backslash = 0x5c;
const user = Buffer.from('"user"');
/** Where the vendor's cache is to end: clients move it along with the conversation. */
const marks = [Buffer.from('"cache_control"'), Buffer.from('"cachePoint"')];

/**
 * The same text for all requests that begin alike: of what stands before the conversation, and of it up to the end of
 * the user's first words, the first 4,096 bytes, punctuation and marks of the cache left out. So the turns of one
 * conversation have one key whatever their length, and so have all requests under one long system prompt.
 */
export function prefixKey(bytes: Uint8Array): string | undefined {
  const body = bufferOf(bytes);
  const members = new Map(
    scanJsonObject(body, (key) => wanted.has(key)).map((member) => [member.key, member]),
  );
  const beginning = new Beginning();
  for (const name of [...preludes, ...conversations]) {
    const member = members.get(name);
    if (member !== undefined) takeFrom(body, member, beginning);
  }
  return beginning.key;
}

/** The first bytes, as a number. */
class Beginning {
  #hash = offsetBasis;
  #length = 0;

  get isFull(): boolean {
    return this.#length >= longest;
  }

  get key(): string | undefined {
    return this.#length === 0 ? undefined : (this.#hash >>> 0).toString(36);
  }

  add(bytes: Uint8Array): void {
    const part = bytes.subarray(0, longest - this.#length);
    this.#hash = foldBytes(this.#hash, part);
    this.#length += part.length;
  }
}

/** All of a prelude; of a conversation, up to the end of the first element in which the user speaks. */
function takeFrom(body: Buffer, { key, start, end: last }: JsonMember, beginning: Beginning): void {
  const isConversation = conversations.includes(key);
  const end = Math.min(last, start + farthest);
  let depth = 0;
  let isUsers = false;
  for (let place = start; place < end && !beginning.isFull; place++) {
    const byte = body[place];
    if (byte === quote) {
      const close = endOfText(body, place, end);
      const text = body.subarray(place, close + 1);
      const afterMark = endOfMark(body, text, close);
      if (afterMark === undefined) beginning.add(text);
      if (text.equals(user)) isUsers = true;
      place = afterMark ?? close;
    } else if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) {
      depth--;
      if (isConversation && depth === 1 && isUsers) return;
    } else if (byte !== undefined && isPlain(byte)) beginning.add(body.subarray(place, place + 1));
  }
}

/** Part of a number, or of a word. */
function isPlain(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a);
}

/** Of a text that begins at `start`: where its closing quote is. */
function endOfText(body: Buffer, start: number, end: number): number {
  let place = start + 1;
  while (place < end && body[place] !== quote) place += body[place] === backslash ? 2 : 1;
  return place;
}

/** Where the object ends that a mark stands before; undefined of any other text. */
function endOfMark(body: Buffer, text: Buffer, close: number): number | undefined {
  if (!marks.some((mark) => text.equals(mark))) return undefined;
  const between = body.subarray(close + 1, close + 16).toString('latin1');
  return /^\s*:\s*\{/.test(between) ? body.indexOf('}', close) : undefined;
}
