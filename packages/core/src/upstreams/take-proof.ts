import type { Key, KeyRing } from './key-ring.ts';
import type { Signer, Upstream } from './upstream.ts';

/** What shows an upstream who asks: the key in a header, or a signature over the request. */
export interface Proof {
  readonly key: Key;
  readonly signer: Signer | undefined;
}

/**
 * A promise where the operator's own function is asked; it rejects where that throws, too. `affinity`: see `KeyRing.take`.
 */
export function takeProof({ signer }: Upstream, keys: KeyRing, affinity?: number): Proof | Promise<Proof> {
  const key = keys.take(affinity);
  if (signer !== undefined || key instanceof Promise) return ask(key, signer);
  return { key, signer: undefined };
}

async function ask(key: Key | Promise<Key>, signer: Upstream['signer']): Promise<Proof> {
  return { key: await key, signer: await signer?.() };
}
