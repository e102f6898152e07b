import { examineSeal, sealContent } from '../../wire/seal-content.ts';
import type { Place } from './request-shape.ts';

/*
 * Signatures of Gemini are given back where they were received: in the same kind of part, and to the same of the two
 * addresses (google-gemini/gemini-cli#13467). Two words take their place where a call was made by somebody else:
 * https://ai.google.dev/gemini-api/docs/thought-signatures.
 */
const excuses = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go']);

/** What a signature vouches for: text, or a call of a function of this name. */
export type Signed = { readonly type: 'text' } | { readonly type: 'call'; readonly name: string };

export function signThought(place: Place, signed: Signed, seed: string): string {
  return sealContent(`gemini at ${place}`, contentOf(signed), seed);
}

export function isGenuine(place: Place, signed: Signed, signature: string): boolean {
  return (
    excuses.has(signature) || examineSeal(`gemini at ${place}`, signature, contentOf(signed)) === 'genuine'
  );
}

function contentOf(signed: Signed): string {
  return signed.type === 'text' ? 'text' : `call ${signed.name}`;
}
