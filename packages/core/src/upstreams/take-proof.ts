import type { Call } from '../protocol/call.ts';
import { digestKey } from './digest-key.ts';
import type { Key, KeyRing } from './key-ring.ts';
import type { Signer, Upstream } from './upstream.ts';

/** What shows an upstream who asks: the key in a header, or a signature over the request. */
export interface Proof {
  readonly key: Key;
  readonly signer: Signer | undefined;
}

/**
 * A promise where the operator's own function is asked; it rejects where that throws, too.
 */
export function takeProof(
  { signer }: Upstream,
  keys: KeyRing,
  { affinity, keyDigest }: Partial<Pick<Call, 'affinity' | 'keyDigest'>> = {},
): Proof | Promise<Proof> {
  // What belongs to one account is nothing to another; where its key is gone, another may have taken its place.
  const owner = keyDigest === undefined ? undefined : keys.find((value) => digestKey(value) === keyDigest);
  const key = owner ?? keys.take(affinity);
  if (signer !== undefined || key instanceof Promise) return ask(key, signer);
  return { key, signer: undefined };
}

async function ask(key: Key | Promise<Key>, signer: Upstream['signer']): Promise<Proof> {
  return { key: await key, signer: await signer?.() };
}
