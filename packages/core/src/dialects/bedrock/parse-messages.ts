import type {
  AssistantBlock,
  Block,
  ForeignBlock,
  Message,
  SystemMessage,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { invalid, isObject, objectOf, restOf } from '../shared/read.ts';
import { need, wantList, wantString } from '../shared/want.ts';
import { extraOf } from './own-extra.ts';
import {
  foreign,
  parseAssistantBlock,
  parseCachePoint,
  parseMediaBlock,
  parseText,
  parseToolResult,
  withCache,
} from './parse-content.ts';

/** `system`: one message, whatever its number of blocks. */
export function parseSystem(value: Json | undefined): SystemMessage[] {
  const blocks = wantList(value, 'system');
  if (blocks === undefined || blocks.length === 0) return [];
  return [{ role: 'system', content: parseBlocks(blocks, 'system', parseSystemBlock) }];
}

export function parseMessages(value: readonly Json[]): Message[] {
  return value.flatMap((message, index) => parseMessage(message, `messages[${index}]`));
}

/** A user's message that gives results and says more is a message of results and one of the user. */
function parseMessage(message: Json, path: string): Message[] {
  if (!isObject(message)) throw invalid(path, 'it must be an object');
  const role = need(wantString(message['role'], `${path}.role`), `${path}.role`);
  const blocks = need(wantList(message['content'], `${path}.content`), `${path}.content`);
  const rest = restOf(message, ['role', 'content']);
  const extra = extraOf(rest);
  const at = `${path}.content`;
  switch (role) {
    case 'assistant':
      return [{ role, content: parseBlocks(blocks, at, parseCheckedAssistantBlock), ...extra }];
    case 'system':
      return [
        { role, content: parseBlocks(blocks, at, parseSystemBlock), extra: { bedrock: { ...rest, role } } },
      ];
    case 'user':
      return splitUser(parseBlocks(blocks, at, parseUserBlock), extra);
    default:
      throw invalid(`${path}.role`, 'it must be user, assistant or system');
  }
}

function splitUser(
  blocks: readonly (UserBlock | ToolResultBlock)[],
  extra: Pick<Message, 'extra'>,
): Message[] {
  const messages: Message[] = [];
  let words: UserBlock[] | undefined;
  let results: ToolResultBlock[] | undefined;
  for (const block of blocks) {
    if (block.type === 'tool-result') {
      if (results === undefined) messages.push({ role: 'tool', content: (results = []) });
      results.push(block);
      words = undefined;
    } else {
      if (words === undefined) messages.push({ role: 'user', content: (words = []) });
      words.push(block);
      results = undefined;
    }
  }
  const [first, ...more] = messages;
  return first === undefined ? [{ role: 'user', content: [], ...extra }] : [{ ...first, ...extra }, ...more];
}

/** Blocks, each with the cache point that stands behind it. */
function parseBlocks<Kind extends Block>(
  blocks: readonly Json[],
  path: string,
  parse: (block: JsonObject, path: string) => Kind | ForeignBlock,
): (Kind | ForeignBlock)[] {
  const parsed: (Kind | ForeignBlock)[] = [];
  for (const [index, block] of blocks.entries()) {
    if (!isObject(block)) throw invalid(`${path}[${index}]`, 'it must be an object');
    const cache = parseCachePoint(block);
    const marked = cache && withCache(parsed.at(-1), cache);
    if (marked === undefined) parsed.push(parse(checkText(block, `${path}[${index}]`), `${path}[${index}]`));
    else parsed.splice(-1, 1, marked);
  }
  return parsed;
}

function checkText(block: JsonObject, path: string): JsonObject {
  wantString(block['text'], `${path}.text`);
  return block;
}

function parseSystemBlock(block: JsonObject): TextBlock | ForeignBlock {
  return parseText(block) ?? foreign(block);
}

function parseUserBlock(block: JsonObject, path: string): UserBlock | ToolResultBlock {
  const result = objectOf(block['toolResult']);
  if (result !== undefined) {
    need(wantString(result['toolUseId'], `${path}.toolResult.toolUseId`), `${path}.toolResult.toolUseId`);
    wantList(result['content'], `${path}.toolResult.content`);
  }
  return parseText(block) ?? parseMediaBlock(block) ?? parseToolResult(block) ?? foreign(block);
}

function parseCheckedAssistantBlock(block: JsonObject, path: string): AssistantBlock {
  const use = objectOf(block['toolUse']);
  if (use !== undefined) {
    const id = need(wantString(use['toolUseId'], `${path}.toolUse.toolUseId`), `${path}.toolUse.toolUseId`);
    if (id === '') throw invalid(`${path}.toolUse.toolUseId`, 'it must not be empty');
    need(wantString(use['name'], `${path}.toolUse.name`), `${path}.toolUse.name`);
  }
  return parseAssistantBlock(block);
}
