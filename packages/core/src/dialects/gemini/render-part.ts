import type { AssistantBlock, ToolCallBlock, UserBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { nameOfForeign } from '../shared/name-foreign.ts';
import { ownOf } from './own-extra.ts';
import { renderMedia } from './part-media.ts';
import { renderSignature } from './signature.ts';
import { toArgs } from './tool-arguments.ts';

export function renderParts(
  blocks: readonly (UserBlock | AssistantBlock)[],
  drop: (name: string) => void,
): JsonObject[] {
  const [only] = blocks;
  if (blocks.length === 1 && only !== undefined) {
    const part = renderPart(only, drop);
    return part === undefined ? [] : [part];
  }
  const parts: JsonObject[] = [];
  for (const block of blocks) {
    const part = renderPart(block, drop);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** A block as a part; undefined where there is nothing to show. What cannot be told goes to `drop`. */
export function renderPart(
  block: UserBlock | AssistantBlock,
  drop: (name: string) => void,
): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return block.extra === undefined && block.signature === undefined
        ? { text: block.text }
        : { ...ownOf(block.extra), text: block.text, ...renderSignature(block.signature) };
    case 'refusal':
      return { ...ownOf(block.extra), text: block.text };
    case 'reasoning':
      // Without text it is worth something only to whoever signed it.
      return block.text === '' && block.signature?.dialect !== 'gemini'
        ? undefined
        : {
            ...ownOf(block.extra),
            text: block.text,
            thought: true,
            ...renderSignature(block.signature),
          };
    case 'media': {
      const part = renderMedia(block, drop);
      return part && { ...part, ...renderSignature(block.signature) };
    }
    case 'tool-call':
      return renderCall(block);
    default:
      if (block.dialect === 'gemini') return block.value;
      drop(nameOfForeign(block));
      return undefined;
  }
}

function renderCall(block: ToolCallBlock): JsonObject {
  const { id, name, extra, signature } = block;
  const call = { id, name, args: toArgs(block) };
  if (extra === undefined && signature === undefined) return { functionCall: call };
  const { functionCall: _, ...rest } = ownOf(extra);
  return {
    ...rest,
    functionCall: { ...ownOf(extra, 'functionCall'), ...call },
    ...renderSignature(signature),
  };
}
