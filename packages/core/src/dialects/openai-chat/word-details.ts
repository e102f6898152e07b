import type { GatewayErrorDetails } from '../../errors.ts';

/** Whoever reads the answer need not know whose it is. */
export function upstreamOf({ upstream }: GatewayErrorDetails): string {
  return upstream === undefined ? 'The upstream' : `The upstream '${upstream}'`;
}

/** In the provider's own words, as far as it has said why. */
export function because(what: string, { reason = '' }: GatewayErrorDetails): string {
  return reason === '' ? `${what}.` : `${what}: ${reason.replace(/[.\s]+$/, '')}.`;
}

export function didYouMean(suggestions: readonly string[] | undefined): string {
  if (suggestions === undefined || suggestions.length === 0) return '';
  return ` Did you mean ${suggestions.map((name) => `'${name}'`).join(' or ')}?`;
}

/** Of what is not as whoever changes it believes. */
export function wordConflict({ noun = 'object', id, reason }: GatewayErrorDetails): string {
  return reason === undefined
    ? `The ${noun} '${id}' was changed by somebody else meanwhile. Read it again.`
    : `The ${noun} '${id}' cannot be changed: ${reason}.`;
}
