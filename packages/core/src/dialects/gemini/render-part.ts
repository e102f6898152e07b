import type { AssistantBlock, ToolCallBlock, UserBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderMedia } from './part-media.ts';
import { fromExtra, readText } from './read.ts';
import { renderSignature } from './signature.ts';
import { toArgs } from './tool-arguments.ts';

export function renderParts(
  blocks: readonly (UserBlock | AssistantBlock)[],
  drop: (name: string) => void,
): JsonObject[] {
  return blocks.map((block) => renderPart(block, drop)).filter((part) => part !== undefined);
}

/** A block as a part; undefined where there is nothing to show. What cannot be told goes to `drop`. */
export function renderPart(
  block: UserBlock | AssistantBlock,
  drop: (name: string) => void,
): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return { ...fromExtra(block.extra), text: block.text, ...renderSignature(block.signature) };
    case 'refusal':
      return { ...fromExtra(block.extra), text: block.text };
    case 'reasoning':
      // Without text it is worth something only to whoever signed it.
      return block.text === '' && block.signature?.dialect !== 'gemini'
        ? undefined
        : {
            ...fromExtra(block.extra),
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
      drop(`messages.${readText(block.value.type) ?? 'content'}`);
      return undefined;
  }
}

function renderCall(block: ToolCallBlock): JsonObject {
  const { functionCall: _, ...rest } = fromExtra(block.extra);
  return {
    ...rest,
    functionCall: {
      ...fromExtra(block.extra, 'functionCall'),
      id: block.id,
      name: block.name,
      args: toArgs(block),
    },
    ...renderSignature(block.signature),
  };
}
