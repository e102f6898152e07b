import type { KeyChanges, KeySpec } from '../access/key-desk.ts';
import { GatewayError } from '../errors.ts';
import type { KeyListing } from '../protocol/virtual-key.ts';
import { readBy } from './read-json.ts';
import { changeable, keyChanges, keyListing, keyPatch, keySpec, rotation } from './schemas/keys.ts';

/** `now`: milliseconds since the epoch, before which no key may end. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeySpec(value: unknown, now = 0): KeySpec {
  const spec: KeySpec = readBy(keySpec, value);
  if (spec.expiresAt === undefined || spec.expiresAt > now) return spec;
  throw new GatewayError('VE_PARAMETER_INVALID', { parameter: 'expiresAt', reason: 'it is in the past' });
}

const isGone = ([member, one]: [string, unknown]): boolean => one === null && changeable.has(member);

/** `null` takes away what was said. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeyChanges(value: unknown): KeyChanges {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const gone = Object.fromEntries(entries.filter(isGone).map(([member]) => [member, null]));
  const isList = Array.isArray(value) || entries.length === 0;
  const given: unknown = isList ? value : Object.fromEntries(entries.filter((entry) => !isGone(entry)));
  const said: KeyChanges = readBy(keyChanges, given);
  return { ...said, ...gone };
}

/** The same, with the version that was looked at. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeyPatch(value: unknown): {
  readonly changes: KeyChanges;
  readonly version: number | undefined;
} {
  const { version, ...changes } = readBy(keyPatch, value);
  return { changes: readKeyChanges(changes), version };
}

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readKeyListing(value: unknown): KeyListing {
  return readBy<KeyListing>(keyListing, value);
}

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function readRotation(value: unknown): { readonly grace: number } {
  return readBy(rotation, value);
}
