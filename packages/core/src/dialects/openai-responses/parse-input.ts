import type {
  AssistantBlock,
  ForeignBlock,
  Message,
  SystemMessage,
  ToolResultBlock,
  UserMessage,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { append, invalid, isList, isObject, wordOf } from '../shared/read.ts';
import { need, wantList, wantName, wantString } from '../shared/want.ts';
import { keptFields } from './item-id.ts';
import { dialect, extraOf } from './own-extra.ts';
import { parseOutputItem } from './parse-output.ts';
import { parseContent } from './parse-parts.ts';

/** Items that speak to the model without being a message or a result. */
const ofUser: ReadonlySet<string> = new Set([
  'additional_tools',
  'compaction_trigger',
  'configuration_update',
]);

/**
 * The items of a conversation as messages. What the model said in one go (thoughts, text, calls, its provider's tools) is
 * one assistant message, and results that follow each other are one tool message: other dialects want it so.
 */
export function parseInput(input: Json | undefined): Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  if (!isList(input)) throw invalid('input', 'it must be a string or an array of items');
  const messages: Message[] = [];
  const customCalls = new Set<string>();
  // The message that still grows; its list is the message's own.
  let said: AssistantBlock[] | undefined;
  let results: (ToolResultBlock | ForeignBlock)[] | undefined;
  for (const [index, item] of input.entries()) {
    const at = `input[${index}]`;
    if (!isObject(item)) throw invalid(at, 'it must be an object');
    const type = typeOf(item, at);
    const role = type === 'message' ? roleOf(item, at) : sideOf(type);
    if (role !== 'assistant') said = undefined;
    if (role !== 'tool') results = undefined;
    if (role === 'assistant') {
      checkAssistantItem(item, type, at);
      if (type === 'custom_tool_call') customCalls.add(wordOf(item['call_id']) ?? '');
      if (said === undefined) messages.push({ role, content: (said = []) });
      const place = { previous: said.at(-1), block: said.length, isRepeated: true };
      append(said, parseOutputItem(item['type'] === undefined ? { ...item, type } : item, place));
    } else if (role === 'tool') {
      if (results === undefined) messages.push({ role, content: (results = []) });
      results.push(parseResult(item, type, { at, customCalls }));
    } else if (type === 'message') messages.push(parseMessage(item, role, at));
    else messages.push({ role: 'user', content: [{ type: 'foreign', dialect, value: item }] });
  }
  return messages;
}

function typeOf(item: JsonObject, at: string): string {
  const type = item['type'] ?? (item['role'] === undefined ? undefined : 'message');
  return need(wantString(type, `${at}.type`), `${at}.type`);
}

type Role = 'user' | 'system' | 'developer' | 'assistant';

function roleOf({ role }: JsonObject, at: string): Role {
  if (role === 'user' || role === 'system' || role === 'developer' || role === 'assistant') return role;
  throw invalid(`${at}.role`, 'it must be "user", "assistant", "system" or "developer"');
}

function sideOf(type: string): 'assistant' | 'tool' | 'user' {
  if (ofUser.has(type)) return 'user';
  return type.endsWith('_output') || type === 'mcp_approval_response' ? 'tool' : 'assistant';
}

function parseMessage(item: JsonObject, role: Exclude<Role, 'assistant'>, at: string): Message {
  const content = parseContent(item['content'], `${at}.content`);
  const extra = extraOf(keptFields(item, ['type', 'role', 'content']));
  if (role === 'user') return { role, content, ...extra } satisfies UserMessage;
  for (const [index, block] of content.entries()) {
    if (block.type === 'media') throw invalid(`${at}.content[${index}]`, 'instructions are text');
  }
  return {
    role: 'system',
    ...(role === 'developer' ? { isDeveloper: true } : {}),
    content: content.filter((block) => block.type !== 'media'),
    ...extra,
  } satisfies SystemMessage;
}

/** A caller is told of its mistakes; an upstream is not. */
function checkAssistantItem(item: JsonObject, type: string, at: string): void {
  if (type === 'message') {
    const { content } = item;
    if (typeof content !== 'string') parseContent(withoutRefusals(content, `${at}.content`), `${at}.content`);
  } else if (type === 'function_call') {
    needText(item, ['call_id', 'name'], at);
    if (typeof item['arguments'] !== 'string')
      throw invalid(`${at}.arguments`, 'it must be JSON as a string');
  } else if (type === 'custom_tool_call') {
    needText(item, ['call_id', 'name'], at);
    if (typeof item['input'] !== 'string') throw invalid(`${at}.input`, 'it must be a string');
  } else if (type === 'reasoning') {
    for (const name of ['summary', 'content']) {
      wantList(item[name], `${at}.${name}`);
    }
  }
}

function withoutRefusals(content: Json | undefined, at: string): Json | undefined {
  if (!isList(content)) return content;
  return content.map((part, index) => {
    if (!isObject(part) || part['type'] !== 'refusal') return part;
    need(wantString(part['refusal'], `${at}[${index}].refusal`), `${at}[${index}].refusal`);
    return { type: 'output_text', text: '' };
  });
}

function needText(item: JsonObject, names: readonly string[], at: string): void {
  for (const name of names) {
    need(wantName(item[name], `${at}.${name}`), `${at}.${name}`);
  }
}

interface ResultPlace {
  readonly at: string;
  readonly customCalls: ReadonlySet<string>;
}

function parseResult(
  item: JsonObject,
  type: string,
  { at, customCalls }: ResultPlace,
): ToolResultBlock | ForeignBlock {
  if (type !== 'function_call_output' && type !== 'custom_tool_call_output') {
    return { type: 'foreign', dialect, value: item };
  }
  needText(item, ['call_id'], at);
  const callId = wordOf(item['call_id']) ?? '';
  const content = parseContent(item['output'], `${at}.output`);
  const known = content.filter((block) => block.type !== 'foreign');
  return {
    type: 'tool-result',
    callId,
    content: known,
    ...extraOf({
      ...keptFields(item, ['type', 'call_id', 'output']),
      // Parts of a kind that nobody else knows: the list stays as it came.
      ...(known.length === content.length ? {} : { output: item['output'] }),
      ...(type === 'custom_tool_call_output' && !customCalls.has(callId) ? { type } : {}),
    }),
  };
}
