import type { CacheMark } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isObject } from '../shared/read.ts';

/** Where a part, a message or a tool says that the prompt cache is to be kept: in Anthropic's words, or in OpenAI's. */
export function parseCacheMark(part: JsonObject): CacheMark | undefined {
  const control = part['cache_control'];
  if (isObject(control)) {
    const ttl = control['ttl'];
    return ttl === '5m' || ttl === '1h' ? { ttl } : {};
  }
  return isObject(part['prompt_cache_breakpoint']) ? {} : undefined;
}

/** `own`: what this dialect keeps of the part; its own mark is there already. */
export function renderCacheMark(
  mark: CacheMark | undefined,
  own: JsonObject,
  form: 'cache_control' | 'prompt_cache_breakpoint' | 'none',
): JsonObject {
  if (mark === undefined || form === 'none' || own['prompt_cache_breakpoint'] !== undefined) return {};
  if (form === 'prompt_cache_breakpoint') return { prompt_cache_breakpoint: { mode: 'explicit' } };
  return {
    cache_control: mark.ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl: mark.ttl },
  };
}
