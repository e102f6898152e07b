import type { CacheMark } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject } from '../shared/read.ts';

/** The mark, and whether the field was understood: what was not goes to `extra` as it came. */
export function parseCache(value: Json | undefined): { cache?: CacheMark; isKnown: boolean } {
  if (value === undefined || value === null) return { isKnown: true };
  if (!isObject(value) || value['type'] !== 'ephemeral') return { isKnown: false };
  const { ttl } = value;
  if (Object.keys(value).some((name) => name !== 'type' && name !== 'ttl')) return { isKnown: false };
  if (ttl === undefined || ttl === null) return { cache: {}, isKnown: true };
  return ttl === '5m' || ttl === '1h' ? { cache: { ttl }, isKnown: true } : { isKnown: false };
}

export function renderCache(cache: CacheMark | undefined): JsonObject {
  if (cache === undefined) return {};
  return {
    cache_control: { type: 'ephemeral', ...(cache.ttl === undefined ? {} : { ttl: cache.ttl }) },
  };
}
