import { randomBytes as systemBytes } from 'node:crypto';

/** How every virtual key begins. */
export const keyPrefix = 'sk-ve-';

/** What makes random bytes; a test may give others. */
export type RandomBytes = (size: number) => Uint8Array;

/** 32 bytes in base64url have 43 characters, of which the last carries two bits that are 0. */
const secretBytes = 32;
const keyLength = keyPrefix.length + 43;
const alphabet = /^[\w-]{42}[048AEIMQUYcgkosw]$/;

export function makeKey(randomBytes: RandomBytes = systemBytes): string {
  return keyPrefix + Buffer.from(randomBytes(secretBytes)).toString('base64url');
}

/** Whether it is written as our keys are. Its length is looked at first: what is long is not read. */
export function isKey(text: string): boolean {
  return (
    text.length === keyLength && text.startsWith(keyPrefix) && alphabet.test(text.slice(keyPrefix.length))
  );
}

/** What is meant to be a key of ours, whether it is a good one or not. */
export function isMeantAsKey(text: string): boolean {
  return text.startsWith(keyPrefix);
}

/** The end of the key, for people to tell keys apart. */
export function hintOf(key: string): string {
  return `…${key.slice(-4)}`;
}

export function makeKeyId(randomBytes: RandomBytes = systemBytes): string {
  return `key_${Buffer.from(randomBytes(12)).toString('hex')}`;
}
