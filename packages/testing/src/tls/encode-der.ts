/* Just enough of ASN.1's DER (ITU-T X.690) for one kind of certificate. */

export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.from([0x80 | digits.length, ...digits]);
}

export const sequence = (...items: readonly Buffer[]): Buffer => der(0x30, ...items);
export const set = (...items: readonly Buffer[]): Buffer => der(0x31, ...items);
/** `bytes` are big-endian and begin with a bit that is not set. */
export const integer = (bytes: Buffer): Buffer => der(0x02, bytes);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
export const octets = (content: Buffer): Buffer => der(0x04, content);
export const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
export const yes: Buffer = der(0x01, Buffer.from([0xff]));
/** A field in brackets, such as `[3]`, that holds another. */
export const tagged = (number: number, content: Buffer): Buffer => der(0xa0 | number, content);

/** To the second, as `20260101000000Z`. */
export function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`));
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
