import type { KeyInfo } from '../access/key-desk.ts';
import { principalOf } from '../access/principal-of.ts';
import { pathOf } from '../protocol/principal.ts';
import type { KeyListing } from '../protocol/virtual-key.ts';
import type { GatewayKeys } from './gateway-keys.ts';

/** A key, and where it hangs in the tree: where its path ends, or else at its tenant, or at the root. */
export interface PlacedKey {
  readonly info: KeyInfo;
  readonly home: string;
  /** Where its calls are written down. */
  readonly place: string;
}

export interface FoundKeys {
  readonly keys: readonly PlacedKey[];
  /** False where there are more. */
  readonly isWhole: boolean;
}

const atOnce = 1000;

/** The keys at a place and below it, all where that is empty; `most` of them at most. */
export async function findKeys(
  keys: Pick<GatewayKeys, 'list'> | undefined,
  under: string,
  most: number,
): Promise<FoundKeys> {
  if (keys === undefined) return { keys: [], isWhole: true };
  if (under === '') return listKeys(keys, {}, most);
  const below = await listKeys(keys, { path: under }, most);
  if (under.includes('/')) return below;
  // Those without a path hang at their tenant.
  const own = await listKeys(keys, { tenant: nameOf(under) }, most);
  const found = own.keys.filter(({ info, home }) => info.path === undefined && home === under);
  return { keys: [...below.keys, ...found], isWhole: below.isWhole && own.isWhole };
}

async function listKeys(
  keys: Pick<GatewayKeys, 'list'>,
  listing: Pick<KeyListing, 'path' | 'tenant'>,
  most: number,
): Promise<FoundKeys> {
  const found: PlacedKey[] = [];
  let after: string | undefined;
  while (found.length < most) {
    const page = await keys.list({ ...listing, limit: atOnce, after });
    found.push(...page.map(placeKey));
    if (page.length < atOnce) return { keys: found, isWhole: true };
    after = page.at(-1)?.id;
  }
  return { keys: found, isWhole: false };
}

function placeKey(info: KeyInfo): PlacedKey {
  const { path, tenant } = info;
  return { info, home: path ?? pathOf({ tenant }), place: pathOf(principalOf(info)) };
}

/** The last step of a path, in the words of whoever is called so. */
export function nameOf(path: string): string {
  const step = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
