/** As `observe/make-request-id.ts` makes them: what they begin with, and how many hexadecimal digits follow. */
const prefix = 'req_';
const digits = 32;

export const bytesOfId: number = digits / 2;

/** By the code of a digit, its value; 16 for what is none. */
const values = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return value < 0 ? 16 : value;
});

const valueAt = (id: string, at: number): number => values[id.charCodeAt(at)] ?? 16;

/** Writes an id as bytes, which nothing has to collect; false where it is another kind of name, of which nothing is lost then. */
export function writeId(id: string, all: Uint8Array, at: number): boolean {
  if (id.length !== prefix.length + digits || !id.startsWith(prefix)) return false;
  for (let index = 0; index < bytesOfId; index++) {
    const from = prefix.length + 2 * index;
    const byte = (valueAt(id, from) << 4) | valueAt(id, from + 1);
    if (valueAt(id, from) > 15 || valueAt(id, from + 1) > 15) return false;
    all[at + index] = byte;
  }
  return true;
}

export function readId(all: Uint8Array, at: number): string {
  return prefix + Buffer.from(all.buffer, all.byteOffset + at, bytesOfId).toString('hex');
}
