import type {
  Message,
  SystemMessage,
  ToolMessage,
  ToolResultBlock,
  UserMessage,
} from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { nameOfForeign } from '../shared/name-foreign.ts';
import { isEmpty } from '../shared/read.ts';
import { wordFailure } from '../shared/word-failure.ts';
import { renderCacheMark } from './convert-cache-mark.ts';
import { fitCallId } from './fit-call-id.ts';
import { ownOf } from './own-extra.ts';
import { renderAssistantTurn } from './render-assistant-turn.ts';
import { renderParts, type Writing } from './render-parts.ts';

export function renderMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const rendered = messages.flatMap((message) => renderMessage(message, writing));
  return markContinued(bridgeResults(rendered, writing), writing);
}

/** A message between results of tools and what the user says next. */
function bridgeResults(messages: readonly JsonObject[], { quirks }: Writing): readonly JsonObject[] {
  if (!quirks.bridgesResults) return messages;
  return messages.flatMap((message, index) =>
    message['role'] === 'user' && messages[index - 1]?.['role'] === 'tool'
      ? [{ role: 'assistant', content: 'I have the results.' }, message]
      : [message],
  );
}

/** Where the model's own words come last, it is to go on from there. */
function markContinued(messages: readonly JsonObject[], { quirks }: Writing): readonly JsonObject[] {
  const last = messages.at(-1);
  if (quirks.continues === 'none' || last?.['role'] !== 'assistant' || 'tool_calls' in last) return messages;
  return [...messages.slice(0, -1), { ...last, [quirks.continues]: true }];
}

function renderMessage(message: Message, writing: Writing): readonly JsonObject[] {
  switch (message.role) {
    case 'tool':
      return renderResults(message, writing);
    case 'assistant':
      return isAllForeign(message)
        ? nameAll(message, writing)
        : [
            {
              ...ownOf(message.extra),
              ...renderAssistantTurn(message, writing),
              ...renderName(message, writing),
            },
          ];
    default:
      return isAllForeign(message) ? nameAll(message, writing) : [renderPlain(message, writing)];
  }
}

/** Nothing of it can be said here: an empty message in its place would mean something else. */
function isAllForeign({ content }: Message): boolean {
  return (
    content.length > 0 &&
    content.every((block) => block.type === 'foreign' && block.dialect !== 'openai-chat')
  );
}

function nameAll({ content }: Message, { drops }: Writing): [] {
  for (const block of content) if (block.type === 'foreign') drops.add(nameOfForeign(block));
  return [];
}

function renderPlain(message: SystemMessage | UserMessage, writing: Writing): JsonObject {
  const isDeveloper = message.role === 'system' && message.isDeveloper === true;
  return {
    ...ownOf(message.extra),
    role: isDeveloper && writing.quirks.developerRole ? 'developer' : message.role,
    content: renderParts(message.content, writing),
    ...renderName(message, writing),
  };
}

function renderName({ name }: Message, { quirks, drops }: Writing): JsonObject {
  if (name === undefined) return {};
  if (quirks.messageNames) return { name };
  drops.add('messages.name');
  return {};
}

/** A message for each result; what a result cannot hold follows them all, so that they stay behind their calls. */
function renderResults({ content }: ToolMessage, writing: Writing): readonly JsonObject[] {
  const results = content.filter((block) => block.type === 'tool-result');
  for (const block of content) if (block.type === 'foreign') writing.drops.add(nameOfForeign(block));
  const media = writing.quirks.toolMedia ? [] : results.flatMap((result) => renderMediaOf(result, writing));
  return [
    ...results.map((result) => renderResult(result, writing)),
    ...(media.length === 0 ? [] : [{ role: 'user', content: media }]),
  ];
}

function renderResult(result: ToolResultBlock, writing: Writing): JsonObject {
  const { quirks, drops } = writing;
  const kept = quirks.toolMedia ? result.content : result.content.filter((block) => block.type === 'text');
  const isMoved = kept.length < result.content.length && kept.length === 0;
  const shown = isMoved ? [{ type: 'text' as const, text: 'The result is attached below.' }] : kept;
  const own = ownOf(result.extra);
  const mark = renderCacheMark(result.cache, own, quirks.cacheMarks);
  if (result.cache !== undefined && isEmpty(mark)) drops.add('messages.cache_control');
  return {
    ...own,
    role: 'tool',
    tool_call_id: fitCallId(result.callId, quirks.callIds),
    ...(result.name === undefined || !quirks.messageNames ? {} : { name: result.name }),
    content: renderParts(wordFailure({ ...result, content: shown }), writing),
    ...mark,
  };
}

function renderMediaOf(result: ToolResultBlock, writing: Writing): readonly JsonObject[] {
  const media = result.content.filter((block) => block.type === 'media');
  if (media.length === 0) return [];
  const parts = renderParts(media, writing);
  const title = `Attached to the result of the tool call ${result.callId}:`;
  const rendered = typeof parts === 'string' ? [{ type: 'text', text: parts }] : parts;
  return [{ type: 'text', text: title }, ...rendered];
}
