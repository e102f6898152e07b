import type { ReasoningBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { restOf, stringOf, wordOf } from '../shared/read.ts';
import { extraOf } from './own-extra.ts';

/** `thinking`, or `redacted_thinking`, which shows its signature only. An empty signature is one that was withheld. */
export function parseReasoningBlock(wire: JsonObject): ReasoningBlock {
  const isRedacted = wire['type'] === 'redacted_thinking';
  const value = wordOf(isRedacted ? wire['data'] : wire['signature']);
  return {
    type: 'reasoning',
    text: isRedacted ? '' : (stringOf(wire['thinking']) ?? ''),
    ...(value === undefined ? {} : { signature: { dialect: 'anthropic-messages', value } }),
    ...(isRedacted ? { isRedacted: true } : {}),
    ...extraOf(restOf(wire, ['type', isRedacted ? 'data' : 'thinking', 'signature'])),
  };
}
