import { createHash } from 'node:crypto';

/** Names a key to who has it too, and tells nobody else anything: all that is ever written down of one. */
export function digestKey(value: string | undefined): string {
  return createHash('sha256')
    .update(`vector-engine key\n${value ?? ''}`)
    .digest('base64url')
    .slice(0, 22);
}
