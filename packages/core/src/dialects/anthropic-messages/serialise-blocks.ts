import type { Part } from '../../protocol/chat-answer.ts';

export type BlockPart = Extract<Part, { block: number }>;

/** Puts the parts of overlapping blocks one block after the other: Anthropic's SDKs know but one open block. */
export interface BlockLane {
  push(part: BlockPart): readonly BlockPart[];
  /** What is still held back. */
  flush(): readonly BlockPart[];
}

export function openLane(): BlockLane {
  let active: number | undefined;
  const waiting = new Map<number, BlockPart[]>();
  /** Blocks that were begun meanwhile, up to one that has not ended. */
  const next = (): BlockPart[] => {
    const parts: BlockPart[] = [];
    for (const [block, held] of waiting) {
      waiting.delete(block);
      parts.push(...held);
      const last = held.at(-1);
      if (last !== undefined && isEnd(last)) continue;
      active = block;
      break;
    }
    return parts;
  };
  return {
    push(part) {
      active ??= part.block;
      if (part.block !== active) {
        const held = waiting.get(part.block);
        if (held === undefined) waiting.set(part.block, [part]);
        else held.push(part);
        return [];
      }
      if (!isEnd(part)) return [part];
      active = undefined;
      return [part, ...next()];
    },
    flush() {
      const parts = [...waiting.values()].flat();
      waiting.clear();
      return parts;
    },
  };
}

function isEnd({ type }: BlockPart): boolean {
  return type === 'block' || type.endsWith('-end');
}
