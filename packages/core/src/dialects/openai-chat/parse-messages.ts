import type {
  AssistantMessage,
  ForeignBlock,
  MediaBlock,
  Message,
  TextBlock,
  ToolResultBlock,
} from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { makeCallIds } from './call-ids.ts';
import { checkAssistant } from './check-assistant.ts';
import { parseCacheMark } from './convert-cache-mark.ts';
import { renderMedia } from './convert-media.ts';
import { parseParts } from './parse-parts.ts';
import { defined, extraOf, invalid, isObject, restOf } from './read.ts';
import { readAssistant } from './read-assistant.ts';
import { need, wantString } from './want.ts';

/** The calls that wait for their results: old clients and some servers leave out the ids. */
type Waiting = { readonly id: string; readonly name: string }[];

/** The conversation; the results of parallel calls, each a message here, become one. */
export function parseMessages(list: readonly Json[]): readonly Message[] {
  const messages: Message[] = [];
  const waiting: Waiting = [];
  for (const [index, value] of list.entries()) {
    const path = `messages[${index}]`;
    if (!isObject(value)) throw invalid(path, 'it must be an object');
    const message = parseMessage(value, path, waiting);
    const last = messages.at(-1);
    if (message.role === 'tool' && last?.role === 'tool')
      messages[messages.length - 1] = { ...last, content: [...last.content, ...message.content] };
    else messages.push(message);
  }
  return messages;
}

function parseMessage(message: JsonObject, path: string, waiting: Waiting): Message {
  const role = need(wantString(message['role'], `${path}.role`), `${path}.role`);
  const name = wantString(message['name'], `${path}.name`);
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
      return defined({
        role,
        name,
        content: parseContent(message, path),
        ...extraOf(restOfMessage(message)),
      });
    case 'assistant':
      return parseAssistant(message, path, waiting);
    case 'tool':
    case 'function':
      return { role: 'tool', content: [parseResult(message, path, waiting)] };
    default:
      throw invalid(`${path}.role`, 'it must be developer, system, user, assistant or tool');
  }
}

function restOfMessage(message: JsonObject): JsonObject | undefined {
  return restOf(message, ['role', 'content', 'name', 'cache_control']);
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
  for (const block of content)
    if (block.type === 'tool-call') waiting.push({ id: block.id, name: block.name });
  const cache = parseCacheMark(message);
  const last = content.findLastIndex((block) => block.type === 'text');
  return defined({
    role: 'assistant' as const,
    name: wantString(message['name'], `${path}.name`),
    content:
      cache === undefined
        ? content
        : content.map((block, index) => (index === last ? { cache, ...block } : block)),
    ...extraOf(restOf(rest ?? {}, ['name', 'cache_control'])),
  });
}

function parseResult(message: JsonObject, path: string, waiting: Waiting): ToolResultBlock {
  const given = wantString(message['tool_call_id'], `${path}.tool_call_id`);
  const name = wantString(message['name'], `${path}.name`);
  const callId = takeCall(waiting, given, name);
  if (callId === undefined)
    throw invalid(`${path}.tool_call_id`, 'it must be the id of a tool call before it');
  const blocks =
    message['content'] === null || message['content'] === undefined
      ? [{ type: 'text' as const, text: '' }]
      : parseParts(message['content'], `${path}.content`);
  const content = blocks.map((block) => (block.type === 'foreign' ? toText(block) : block));
  return defined({
    type: 'tool-result' as const,
    callId,
    name,
    content,
    cache: parseCacheMark(message),
    ...extraOf(restOf(message, ['role', 'content', 'name', 'tool_call_id', 'cache_control'])),
  });
}

/** A kind of part that is not known, as the JSON that it is. */
function toText({ value }: ForeignBlock): TextBlock {
  return { type: 'text', text: JSON.stringify(value) };
}

/** By the id; where there is none, by the name; where there is none, in the order of the calls. */
function takeCall(waiting: Waiting, given: string | undefined, name: string | undefined): string | undefined {
  const hasId = given !== undefined && given !== '';
  const index = hasId
    ? waiting.findIndex(({ id }) => id === given)
    : Math.max(
        waiting.findIndex((call) => call.name === name),
        name === undefined ? 0 : -1,
      );
  const [call] = index < 0 ? [] : waiting.splice(index, 1);
  return hasId ? given : call?.id;
}
