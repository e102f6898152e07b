import type {
  AssistantBlock,
  AssistantMessage,
  CacheMark,
  ForeignBlock,
  MediaBlock,
  Message,
  TextBlock,
  ToolCallBlock,
  ToolMessage,
  ToolResultBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { defined, invalid, isObject, restOf } from '../shared/read.ts';
import { WaitingCalls } from '../shared/waiting-calls.ts';
import { need, wantString } from '../shared/want.ts';
import { makeCallIds } from './call-ids.ts';
import { checkAssistant } from './check-assistant.ts';
import { parseCacheMark } from './convert-cache-mark.ts';
import { renderMedia } from './convert-media.ts';
import { extraOf } from './own-extra.ts';
import { parseParts } from './parse-parts.ts';
import { readAssistant } from './read-assistant.ts';

/** The calls that wait for their results: old clients and some servers leave out the ids. */
type Waiting = WaitingCalls<ToolCallBlock>;

/** The conversation; the results of parallel calls, each a message here, become one. */
export function parseMessages(list: readonly Json[]): readonly Message[] {
  const messages: Message[] = [];
  const waiting: Waiting = new WaitingCalls();
  let results: ToolMessage['content'][number][] | undefined;
  list.forEach((value, index) => {
    const path = `messages[${index}]`;
    if (!isObject(value)) throw invalid(path, 'it must be an object');
    const message = parseMessage(value, path, waiting);
    if (message.role !== 'tool') {
      messages.push(message);
      results = undefined;
    } else if (results === undefined)
      messages.push({ ...message, content: (results = [...message.content]) });
    else results.push(...message.content);
  });
  return messages;
}

function parseMessage(message: JsonObject, path: string, waiting: Waiting): Message {
  const role = need(wantString(message['role'], path, 'role'), `${path}.role`);
  const name = wantString(message['name'], path, 'name');
  switch (role) {
    case 'system':
    case 'developer':
      return defined({
        role: 'system' as const,
        isDeveloper: role === 'developer' ? true : undefined,
        name,
        content: parseContent(message, path).map(toSystemBlock),
        ...extraOf(restOfMessage(message)),
      });
    case 'user':
      return {
        role,
        ...(name === undefined ? {} : { name }),
        content: parseContent(message, path),
        ...extraOf(restOfMessage(message)),
      };
    case 'assistant':
      return parseAssistant(message, path, waiting);
    case 'tool':
    case 'function':
      return { role: 'tool', content: [parseResult(message, path, waiting)] };
    default:
      throw invalid(`${path}.role`, 'it must be developer, system, user, assistant or tool');
  }
}

const knownOfMessage = ['role', 'content', 'name', 'cache_control'];

function restOfMessage(message: JsonObject): JsonObject | undefined {
  return restOf(message, knownOfMessage);
}

/** A mark on the message is one on its last part. */
function parseContent(message: JsonObject, path: string): ReturnType<typeof parseParts> {
  const blocks = parseParts(message['content'], `${path}.content`);
  const cache = parseCacheMark(message);
  return cache === undefined
    ? blocks
    : blocks.map((block, index) => (index === blocks.length - 1 ? { cache, ...block } : block));
}

function toSystemBlock(block: TextBlock | MediaBlock | ForeignBlock): TextBlock | ForeignBlock {
  return block.type === 'media' ? toForeign(block) : block;
}

/** A picture where only text belongs: kept as it came, for a member that knows what to do with it. */
function toForeign(block: MediaBlock): ForeignBlock {
  const value = renderMedia(block, 'file_data') ?? { type: 'text', text: '' };
  return { type: 'foreign', dialect: 'openai-chat', value };
}

function parseAssistant(message: JsonObject, path: string, waiting: Waiting): AssistantMessage {
  checkAssistant(message, path);
  const { content, rest } = readAssistant(message, { ids: makeCallIds(path), joins: false });
  for (const block of content) if (block.type === 'tool-call') waiting.add(block);
  const cache = parseCacheMark(message);
  const name = wantString(message['name'], path, 'name');
  return {
    role: 'assistant',
    ...(name === undefined ? {} : { name }),
    content: cache === undefined ? content : markLast(content, cache),
    ...(rest === undefined ? {} : extraOf(restOf(rest, ['name', 'cache_control']))),
  };
}

function markLast(content: readonly AssistantBlock[], cache: CacheMark): readonly AssistantBlock[] {
  const last = content.findLastIndex((block) => block.type === 'text');
  return content.map((block, index) => (index === last ? { cache, ...block } : block));
}

const knownOfResult = ['role', 'content', 'name', 'tool_call_id', 'cache_control'];

function parseResult(message: JsonObject, path: string, waiting: Waiting): ToolResultBlock {
  const given = wantString(message['tool_call_id'], path, 'tool_call_id');
  const name = wantString(message['name'], path, 'name');
  const callId = takeCall(waiting, given, name);
  if (callId === undefined)
    throw invalid(`${path}.tool_call_id`, 'it must be the id of a tool call before it');
  const blocks =
    message['content'] === null || message['content'] === undefined
      ? [{ type: 'text' as const, text: '' }]
      : parseParts(message['content'], `${path}.content`);
  const content = blocks.map((block) => (block.type === 'foreign' ? toText(block) : block));
  const cache = parseCacheMark(message);
  return {
    type: 'tool-result',
    callId,
    ...(name === undefined ? {} : { name }),
    content,
    ...(cache === undefined ? {} : { cache }),
    ...extraOf(restOf(message, knownOfResult)),
  };
}

/** A kind of part that is not known, as the JSON that it is. */
function toText({ value }: ForeignBlock): TextBlock {
  return { type: 'text', text: JSON.stringify(value) };
}

const byId = ({ id }: ToolCallBlock): string => id;
const byName = ({ name }: ToolCallBlock): string => name;
const byOrder = (): undefined => undefined;

/** By the id; where there is none, by the name; where there is none, in the order of the calls. */
function takeCall(waiting: Waiting, given: string | undefined, name: string | undefined): string | undefined {
  const hasId = given !== undefined && given !== '';
  const by = hasId ? byId : name === undefined ? byOrder : byName;
  const call = waiting.find(by, hasId ? given : name);
  if (call !== undefined) waiting.answer(call);
  return hasId ? given : call?.id;
}
