import type { Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, stringOf } from '../shared/read.ts';
import { field } from './read.ts';

/**
 * Google's own word for "this call was made by another model": Gemini 3 takes it where it demands a signature. It is
 * put in on rendering, so a caller's is not kept.
 */
export const noSignature = 'skip_thought_signature_validator';

export function parseSignature(part: JsonObject): Signature | undefined {
  const value = stringOf(field(part, 'thoughtSignature'));
  return value === undefined || value === '' || value === noSignature
    ? undefined
    : { dialect: 'gemini', value };
}

/** Another vendor's signature is worthless here: it is withheld. */
export function renderSignature(signature: Signature | undefined): JsonObject {
  return defined({ thoughtSignature: signature?.dialect === 'gemini' ? signature.value : undefined });
}
