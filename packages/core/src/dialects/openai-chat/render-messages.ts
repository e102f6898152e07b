import type {
  Message,
  SystemMessage,
  ToolMessage,
  ToolResultBlock,
  UserMessage,
} from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderCacheMark } from './convert-cache-mark.ts';
import { isEmpty, ownOf, stringOf } from './read.ts';
import { renderAssistantTurn } from './render-assistant-turn.ts';
import { renderParts, type Writing } from './render-parts.ts';

export function renderMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  return messages.flatMap((message) => renderMessage(message, writing));
}

function renderMessage(message: Message, writing: Writing): readonly JsonObject[] {
  writing.drops.addForeign(message.extra);
  switch (message.role) {
    case 'tool':
      return renderResults(message, writing);
    case 'assistant':
      return [
        {
          ...ownOf(message.extra),
          ...renderAssistantTurn(message, writing),
          ...renderName(message, writing),
        },
      ];
    default:
      return [renderPlain(message, writing)];
  }
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
  for (const block of content)
    if (block.type === 'foreign')
      writing.drops.add(`messages.content.${stringOf(block.value['type']) ?? block.dialect}`);
  const media = writing.quirks.toolMedia ? [] : results.flatMap((result) => renderMediaOf(result, writing));
  return [
    ...results.map((result) => renderResult(result, writing)),
    ...(media.length === 0 ? [] : [{ role: 'user', content: media }]),
  ];
}

function renderResult(result: ToolResultBlock, writing: Writing): JsonObject {
  const { quirks, drops } = writing;
  drops.addForeign(result.extra);
  const kept = quirks.toolMedia ? result.content : result.content.filter((block) => block.type === 'text');
  const isMoved = kept.length < result.content.length && kept.length === 0;
  const shown = isMoved ? [{ type: 'text' as const, text: 'The result is attached below.' }] : kept;
  const own = ownOf(result.extra);
  const mark = renderCacheMark(result.cache, own, quirks.cacheMarks);
  if (result.cache !== undefined && isEmpty(mark)) drops.add('cache_control');
  return {
    ...own,
    role: 'tool',
    tool_call_id: result.callId,
    ...(result.name === undefined || !quirks.messageNames ? {} : { name: result.name }),
    content: renderParts(result.isError === true ? asError(shown) : shown, writing),
    ...mark,
  };
}

/** The dialect has no word for a failed call: its text says so. */
function asError(content: ToolResultBlock['content']): ToolResultBlock['content'] {
  const [first, ...others] = content;
  if (first?.type !== 'text') return [{ type: 'text', text: 'Error' }, ...content];
  return /error|fail/i.test(first.text) ? content : [{ ...first, text: `Error: ${first.text}` }, ...others];
}

function renderMediaOf(result: ToolResultBlock, writing: Writing): readonly JsonObject[] {
  const media = result.content.filter((block) => block.type === 'media');
  if (media.length === 0) return [];
  const parts = renderParts(media, writing);
  const title = `Attached to the result of the tool call ${result.callId}:`;
  const rendered = typeof parts === 'string' ? [{ type: 'text', text: parts }] : parts;
  return [{ type: 'text', text: title }, ...rendered];
}
