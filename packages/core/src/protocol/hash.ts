/** FNV-1a of nothing: http://www.isthe.com/chongo/tech/comp/fnv/ */
export const offsetBasis = 0x81_1c_9d_c5;
const prime = 0x01_00_01_93;

/** FNV-1a, 32 bits, gone on with from `hash`. Spreads well; no secret, and no proof of anything. */
export function foldBytes(hash: number, bytes: Uint8Array): number {
  let folded = hash;
  for (const byte of bytes) folded = Math.imul(folded ^ byte, prime);
  return folded;
}

/** A number from 0 to 2^32 - 1. */
export function hashText(text: string): number {
  let hash = offsetBasis;
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), prime);
  return mix(hash);
}

/** Every bit depends on every other, as in the finalizer of MurmurHash3. A number from 0 to 2^32 - 1. */
export function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85_eb_ca_6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
