import type { AssistantBlock, Extra, Message, SystemMessage, UserBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { append, isEmpty, stringOf } from '../shared/read.ts';
import { renderMedia } from './convert-media.ts';
import { renderId, renderToolCall } from './convert-tool-call.ts';
import type { ModelFacts } from './model-facts.ts';
import { ownOf } from './own-extra.ts';
import { renderForeign, renderSignedReasoning, renderText, renderToolResult } from './render-blocks.ts';

interface Turn {
  readonly role: string;
  readonly content: JsonObject[];
  readonly own: JsonObject;
}

export interface RenderedMessages {
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
}

export function renderMessages(
  messages: readonly Message[],
  facts: ModelFacts,
  drops: Drops,
): RenderedMessages {
  const late = messages.findIndex(({ role }) => role !== 'system');
  const leading = late === -1 ? messages : messages.slice(0, late);
  const system = leading.flatMap((message) =>
    message.role === 'system' ? renderSystem(message, drops) : [],
  );
  const turns: Turn[] = [];
  messages.forEach((message, at) => {
    if (message.name !== undefined) drops.add('messages.name');
    if (at >= leading.length) addMessage(turns, message, { facts, drops, next: messages[at + 1] });
  });
  // Anthropic wants a message to answer; a question may be all instructions elsewhere.
  if (turns.length === 0 && system.length > 0)
    return { system: [], messages: [{ role: 'user', content: shorten(system) }] };
  return {
    system,
    messages: turns.map((turn, at) => renderTurn(turn, turns[at - 1], at === turns.length - 1)),
  };
}

interface Around {
  readonly facts: ModelFacts;
  readonly drops: Drops;
  readonly next: Message | undefined;
}

function addMessage(turns: Turn[], message: Message, { facts, drops, next }: Around): void {
  switch (message.role) {
    case 'system': {
      const content = renderSystem(message, drops);
      // Newer models take instructions between a user's message and its answer; others read them as the user's.
      const fits =
        facts.hasLateSystem && turns.at(-1)?.role === 'user' && (!next || next.role === 'assistant');
      if (fits) addTurn(turns, 'system', content, message.extra);
      else addTurn(turns, 'user', content.map(wrapSystem), undefined);
      break;
    }
    case 'user':
      addTurn(
        turns,
        'user',
        present(message.content, (block) => renderUserBlock(block, drops)),
        message.extra,
      );
      break;
    case 'assistant':
      addTurn(
        turns,
        'assistant',
        present(message.content, (block) => renderAssistantBlock(block, drops)),
        message.extra,
      );
      break;
    case 'tool':
      addTurn(
        turns,
        'user',
        present(message.content, (block) => {
          return block.type === 'foreign' ? renderForeign(block, drops) : renderToolResult(block, drops);
        }),
        message.extra,
      );
  }
}

/** Neighbours of one role become one message, unless they carry fields of their own. */
function addTurn(turns: Turn[], role: string, content: JsonObject[], extra: Extra | undefined): void {
  const own = ownOf(extra);
  if (content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role && isEmpty(own)) append(last.content, content);
  else turns.push({ role, content, own });
}

function renderTurn({ role, content, own }: Turn, before: Turn | undefined, isLast: boolean): JsonObject {
  const ordered = role === 'user' && before?.role === 'assistant' ? resultsFirst(content) : content;
  return { role, content: shorten(role === 'assistant' && isLast ? trimEnd(ordered) : ordered), ...own };
}

/** Results must follow their calls at once. */
function resultsFirst(content: readonly JsonObject[]): readonly JsonObject[] {
  return [...content.filter(isResult), ...content.filter((block) => !isResult(block))];
}

/** What the answer is to begin with must not end in white space. */
function trimEnd(content: readonly JsonObject[]): readonly JsonObject[] {
  const last = content.at(-1);
  const text = last?.['type'] === 'text' ? stringOf(last['text']) : undefined;
  return text === undefined ? content : [...content.slice(0, -1), { ...last, text: text.trimEnd() }];
}

function isResult(block: JsonObject): boolean {
  return block['type'] === 'tool_result';
}

/** A lone text needs no list. */
export function shorten(content: readonly JsonObject[]): Json {
  const [only] = content;
  const text = only?.['text'];
  return content.length === 1 &&
    only?.['type'] === 'text' &&
    typeof text === 'string' &&
    Object.keys(only).length === 2
    ? text
    : content;
}

function renderSystem({ content }: SystemMessage, drops: Drops): JsonObject[] {
  return present(content, (block) => {
    return block.type === 'text' ? renderText(block, drops, false) : renderForeign(block, drops);
  });
}

function wrapSystem(block: JsonObject): JsonObject {
  const text = stringOf(block['text']);
  return text === undefined ? block : { ...block, text: `<system>\n${text}\n</system>` };
}

function renderUserBlock(block: UserBlock, drops: Drops): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return renderText(block, drops, false);
    case 'media':
      return renderMedia(block, drops);
    default:
      return renderForeign(block, drops);
  }
}

function renderAssistantBlock(block: AssistantBlock, drops: Drops): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return renderText(block, drops, true);
    case 'refusal':
      return renderText({ ...block, type: 'text' }, drops, false);
    case 'reasoning':
      return renderSignedReasoning(block);
    case 'tool-call':
      return renderToolCall(block, renderId(block.id));
    case 'media':
      // The assistant's turn holds no pictures.
      drops.add('messages.assistant.media');
      return undefined;
    default:
      return renderForeign(block, drops);
  }
}

function present<Value>(
  values: readonly Value[],
  render: (value: Value) => JsonObject | undefined,
): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const value of values) {
    const block = render(value);
    if (block !== undefined) blocks.push(block);
  }
  return blocks;
}
