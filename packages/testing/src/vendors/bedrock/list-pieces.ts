import { countTokens } from '../../replies/count-tokens.ts';
import type { PromptPiece } from '../../replies/prompt-cache.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

const tokensPerMessage = 3;
/** Of an image or a page; real ones depend on the size. */
const tokensPerMedia = 1500;

/** The prompt in the order in which it is cached: tools, system, messages. A cache point marks what is before it. */
export function listPieces(body: JsonObject): readonly PromptPiece[] {
  const tools = isJsonObject(body.toolConfig) ? readList(body.toolConfig.tools) : [];
  const messages = readList(body.messages)
    .filter(isJsonObject)
    .flatMap(({ role, content }) => [
      { content: `role ${String(role)}`, tokens: tokensPerMessage },
      ...readList(content).map(toPiece),
    ]);
  const answer = { content: 'answer', tokens: tokensPerMessage };
  return [...tools.map(toPiece), ...readList(body.system).map(toPiece), ...messages, answer];
}

function toPiece(block: unknown): PromptPiece {
  if (!isJsonObject(block)) return { content: '', tokens: 0 };
  const { cachePoint } = block;
  if (isJsonObject(cachePoint)) {
    return { content: 'point', tokens: 0, keep: cachePoint.ttl === '1h' ? '1h' : '5m' };
  }
  return { content: JSON.stringify(block), tokens: countBlock(block) };
}

function countBlock(block: JsonObject): number {
  const text = readString(block.text);
  if (text !== undefined) return countTokens(text);
  const isMedia = ['image', 'document', 'video', 'audio'].some((name) => block[name] !== undefined);
  return isMedia ? tokensPerMedia : countTokens(JSON.stringify(block));
}
