import { isJsonObject, type JsonObject, parseJson, readString } from '../../wire/read-json.ts';
import type { BlockStep } from './play-blocks.ts';

/** Puts a message's content together from what its stream says. */
export interface ContentCollector {
  add(step: BlockStep): void;
  content(): readonly JsonObject[];
}

export function collectContent(): ContentCollector {
  const blocks: JsonObject[] = [];
  return {
    add(step) {
      if (step.type === 'start') blocks.push(step.block);
      const last = blocks.at(-1);
      if (step.type === 'delta' && last !== undefined) blocks[blocks.length - 1] = grow(last, step.delta);
    },
    content: () => blocks.map(parseInput),
  };
}

function grow(block: JsonObject, { type: _type, ...pieces }: JsonObject): JsonObject {
  const grown = Object.entries(pieces).map(([name, piece]) => [
    name,
    `${readString(block[name]) ?? ''}${String(piece)}`,
  ]);
  return { ...block, ...Object.fromEntries(grown) };
}

/** Input that is broken (a script may want that of a stream) is empty here: whole content has no place for it. */
function parseInput({ partial_json: text, ...block }: JsonObject): JsonObject {
  if (typeof text !== 'string') return block;
  const input = parseJson(Buffer.from(text));
  return { ...block, input: isJsonObject(input) ? input : {} };
}
