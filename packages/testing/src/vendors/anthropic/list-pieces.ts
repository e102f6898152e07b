import { countTokens } from '../../replies/count-tokens.ts';
import type { PromptPiece } from '../../replies/prompt-cache.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

/** Around each message and before the answer. */
const tokensPerMessage = 3;
/** Of an image or a page; real ones depend on the size. */
const tokensPerImage = 1500;

/** The prompt in the order in which it is cached: tools, system, messages. */
export function listPieces(body: JsonObject): readonly PromptPiece[] {
  const tools = readList(body.tools).map((tool) => toPiece(tool, ''));
  const system = toBlocks(body.system).map((block) => toPiece(block, 'system'));
  const messages = readList(body.messages)
    .filter(isJsonObject)
    .flatMap(({ role, content }) => [
      { content: `role ${String(role)}`, tokens: tokensPerMessage },
      ...toBlocks(content).map((block) => toPiece(block, String(role))),
    ]);
  const pieces = [...tools, ...system, ...messages];
  const last = pieces.at(-1);
  return last === undefined || !isJsonObject(body.cache_control)
    ? [...pieces, { content: 'answer', tokens: tokensPerMessage }]
    : [
        ...pieces.slice(0, -1),
        { ...last, keep: readKeep(body.cache_control) },
        { content: 'answer', tokens: tokensPerMessage },
      ];
}

function toBlocks(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : readList(content);
}

function toPiece(block: unknown, role: string): PromptPiece {
  if (!isJsonObject(block)) return { content: role, tokens: 0 };
  const { cache_control: mark, ...rest } = block;
  return {
    content: `${role} ${JSON.stringify(rest)}`,
    tokens: countBlock(rest),
    ...(isJsonObject(mark) ? { keep: readKeep(mark) } : {}),
  };
}

function readKeep({ ttl }: JsonObject): '5m' | '1h' {
  return ttl === '1h' ? '1h' : '5m';
}

function countBlock(block: JsonObject): number {
  switch (block.type) {
    case 'image':
    case 'document':
      return tokensPerImage;
    case 'text':
      return countTokens(readString(block.text) ?? '');
    case 'tool_result':
      return toBlocks(block.content)
        .filter(isJsonObject)
        .reduce((sum, item) => sum + countBlock(item), countTokens(readString(block.tool_use_id) ?? ''));
    default:
      return countTokens(JSON.stringify(block));
  }
}
