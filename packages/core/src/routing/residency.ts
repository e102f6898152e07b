import type { RequestHeaders } from '../protocol/exchange.ts';
import type { Principal } from '../protocol/principal.ts';

/** What an operator says of where an upstream is, and of what it is like. */
interface Resident {
  readonly region: string | undefined;
  readonly tags: readonly string[];
}

/** Which upstreams may serve a call. */
export interface Residency {
  /** One of each of these lists has to be the upstream's: the caller's own, and the request's. */
  readonly regions: readonly (readonly string[])[];
  /** It has to have all of them. */
  readonly tags: readonly string[];
}

const regionHeader = 'x-vector-regions';
const tagHeader = 'x-vector-upstream-tags';

/**
 * To what a call is bound, by who asks and by the request itself (`x-vector-regions: eu`, any of them;
 * `x-vector-upstream-tags: no-retention`, all of them). Undefined where it is free.
 */
export function residencyOf(
  principal: Principal | undefined,
  headers: RequestHeaders,
): Residency | undefined {
  const asked = headers[regionHeader];
  const wanted = headers[tagHeader];
  const { regions, tags } = principal ?? {};
  if (asked === undefined && wanted === undefined && regions === undefined && tags === undefined)
    return undefined;
  return {
    regions: [regions, asked === undefined ? undefined : readWords(asked)].filter(
      (list) => list !== undefined,
    ),
    tags: [...(tags ?? []), ...(wanted === undefined ? [] : readWords(wanted))],
  };
}

/** An upstream of which nobody says where it is, is nowhere. */
export function isResident({ region, tags }: Resident, residency: Residency): boolean {
  return (
    residency.regions.every((list) => region !== undefined && list.includes(region)) &&
    residency.tags.every((tag) => tags.includes(tag))
  );
}

/** In words, for the refusal. */
export function describeResidency({ regions, tags }: Residency): string {
  return [
    ...regions.map((list) => `in the region ${list.join(' or ')}`),
    ...(tags.length === 0 ? [] : [`with the tags ${tags.join(', ')}`]),
  ].join(' and ');
}

function readWords(value: string | readonly string[]): string[] {
  return String(value)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
