import type {
  AssistantBlock,
  AssistantMessage,
  Extra,
  ForeignBlock,
  Message,
  SystemMessage,
  ToolResultBlock,
  UserBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { entryOf, invalid, isList, isObject, missing, restOf } from '../shared/read.ts';
import { parseMedia } from './convert-media.ts';
import { parseToolCall } from './convert-tool-call.ts';
import { extraOf } from './own-extra.ts';
import { parseReasoningBlock } from './parse-reasoning-block.ts';
import { parseText } from './parse-text.ts';
import { parseToolResult } from './parse-tool-result.ts';
import { wordBlock } from './word-block.ts';

export function parseMessages(value: Json | undefined): readonly Message[] {
  if (value === undefined) throw missing('messages');
  if (!isList(value)) throw invalid('messages', 'it must be an array of messages');
  return value.flatMap((message, at) => parseMessage(message, `messages[${at}]`));
}

function parseMessage(value: Json, path: string): readonly Message[] {
  if (!isObject(value)) throw invalid(path, 'it must be an object with a role and content');
  const extra = extraOf(restOf(value, ['role', 'content']));
  const content = parseContent(value['content'], `${path}.content`);
  switch (value['role']) {
    case 'system':
      return [parseSystem(content, extra)];
    case 'assistant':
      return [
        { role: 'assistant', content: content.map(parseAssistantBlock), ...extra } satisfies AssistantMessage,
      ];
    case 'user':
      return splitUser(content, extra);
    default:
      throw invalid(`${path}.role`, 'it must be "user", "assistant" or "system"');
  }
}

interface WireBlock {
  readonly wire: JsonObject;
  readonly type: string;
  readonly path: string;
}

function parseContent(value: Json | undefined, path: string): readonly WireBlock[] {
  if (typeof value === 'string') return [{ wire: { type: 'text', text: value }, type: 'text', path }];
  if (!isList(value)) throw invalid(path, 'it must be a string or an array of blocks');
  return value.map((wire, at) => {
    const place = `${path}[${at}]`;
    if (!isObject(wire)) throw invalid(place, 'it must be an object with a type');
    const { type } = wire;
    if (typeof type !== 'string') throw invalid(`${place}.type`, 'it must be a string');
    for (const field of entryOf(textFields, type) ?? [])
      if (typeof wire[field] !== 'string') throw invalid(`${place}.${field}`, 'it must be a string');
    return { wire, type, path: place };
  });
}

/** What must be there, and be a string. */
const textFields: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  thinking: ['thinking'],
  redacted_thinking: ['data'],
  tool_use: ['id', 'name'],
  tool_result: ['tool_use_id'],
};

/** The `system` field of the request. */
export function parseSystemField(value: Json | undefined): readonly SystemMessage[] {
  if (value === undefined || value === null) return [];
  const content = parseContent(value, 'system');
  return content.length === 0 ? [] : [parseSystem(content, {})];
}

function parseSystem(content: readonly WireBlock[], extra: { extra?: Extra }): SystemMessage {
  return {
    role: 'system',
    content: content.map(({ wire, type }) => (type === 'text' ? parseText(wire) : foreign(wire))),
    ...extra,
  };
}

function parseAssistantBlock({ wire, type, path }: WireBlock, at: number): AssistantBlock {
  switch (type) {
    case 'text':
      return parseText(wire);
    case 'thinking':
    case 'redacted_thinking':
      return parseReasoningBlock(wire);
    case 'tool_use':
      if (wire['input'] !== undefined && !isObject(wire['input']))
        throw invalid(`${path}.input`, 'it must be an object');
      return parseToolCall(wire, at);
    case 'image':
    case 'document':
      return parseMedia(wire) ?? foreign(wire);
    case 'tool_result':
      throw invalid(path, 'results of tools belong into a message of the user');
    default:
      return foreign(wire);
  }
}

function parseUserBlock({ wire, type, path }: WireBlock): UserBlock {
  switch (type) {
    case 'text':
      return parseText(wire);
    case 'image':
    case 'document':
      if (!isObject(wire['source'])) throw invalid(`${path}.source`, 'it must be an object');
      return parseMedia(wire) ?? foreign(wire);
    case 'search_result':
      return wordBlock(wire);
    case 'tool_use':
    case 'thinking':
    case 'redacted_thinking':
      throw invalid(path, `"${type}" belongs into a message of the assistant`);
    default:
      return foreign(wire);
  }
}

/** The user's message holds the results of tools as well; the vocabulary keeps them apart. */
function splitUser(content: readonly WireBlock[], extra: { extra?: Extra }): readonly Message[] {
  const runs: { isTool: boolean; blocks: WireBlock[] }[] = [];
  for (const block of content) {
    const isTool = block.type === 'tool_result';
    const last = runs.at(-1);
    if (last?.isTool === isTool) last.blocks.push(block);
    else runs.push({ isTool, blocks: [block] });
  }
  if (runs.length === 0) return [{ role: 'user', content: [], ...extra }];
  return runs.map(({ isTool, blocks }, at): Message => {
    const more = at === 0 ? extra : {};
    return isTool
      ? {
          role: 'tool',
          content: blocks.map((block): ToolResultBlock => parseToolResult(block.wire, block.path)),
          ...more,
        }
      : { role: 'user', content: blocks.map(parseUserBlock), ...more };
  });
}

function foreign(value: JsonObject): ForeignBlock {
  return { type: 'foreign', dialect: 'anthropic-messages', value };
}
