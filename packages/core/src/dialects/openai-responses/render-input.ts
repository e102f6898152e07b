import type {
  ForeignBlock,
  MediaBlock,
  Message,
  SystemMessage,
  TextBlock,
  ToolMessage,
  ToolResultBlock,
  UserMessage,
} from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameOfForeign } from '../shared/name-foreign.ts';
import { defined, isList } from '../shared/read.ts';
import { wordFailure } from '../shared/word-failure.ts';
import { renderMedia } from './convert-media.ts';
import { dialect, ownOf } from './own-extra.ts';
import { renderSaid } from './render-said.ts';

interface RenderedInput {
  readonly instructions: string | undefined;
  readonly input: readonly JsonObject[];
}

/** The conversation as items. The system message that comes first are the instructions, if it is plain text. */
export function renderInput(messages: readonly Message[], drops: Drops): RenderedInput {
  const instructions = findInstructions(messages[0]);
  const rest = instructions === undefined ? messages : messages.slice(1);
  const customCalls = findCustomCalls(messages);
  const input = rest.flatMap((message) => {
    if (message.name !== undefined) drops.add('messages.name');
    switch (message.role) {
      case 'assistant':
        return renderSaid(message.content, drops);
      case 'tool':
        return renderResults(message, { customCalls, drops });
      default:
        return renderSpeaker(message, drops);
    }
  });
  return { instructions, input };
}

/** The text of a message that says nothing but it. */
export function findInstructions(message: Message | undefined): string | undefined {
  if (message?.role !== 'system' || message.isDeveloper === true || message.name !== undefined)
    return undefined;
  const [block, ...more] = message.content;
  const isPlain = block?.type === 'text' && more.length === 0 && message.extra?.[dialect] === undefined;
  return isPlain && block.extra === undefined && block.cache === undefined ? block.text : undefined;
}

function findCustomCalls(messages: readonly Message[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const block of message.content) {
      if (block.type === 'tool-call' && block.format === 'text') ids.add(block.id);
    }
  }
  return ids;
}

/** One message, or more where items that stand for themselves come between its parts. */
function renderSpeaker(message: SystemMessage | UserMessage, drops: Drops): JsonObject[] {
  const role = message.role === 'user' ? 'user' : message.isDeveloper === true ? 'developer' : 'system';
  const items: JsonObject[] = [];
  let parts: JsonObject[] = [];
  const flush = (): void => {
    if (parts.length > 0) {
      items.push({ type: 'message', role, content: parts, ...ownOf(message.extra) });
    }
    parts = [];
  };
  for (const block of message.content) {
    if (block.type === 'foreign' && ownOf(block.extra)['isPart'] !== true) {
      const item = renderForeign(block, drops);
      if (item === undefined) continue;
      flush();
      items.push(item);
    } else {
      const part = renderPart(block, drops);
      if (part !== undefined) parts.push(part);
    }
  }
  flush();
  return items;
}

/** What only this dialect knows goes back as it came; what only another knows is named. */
function renderForeign(block: ForeignBlock, drops: Drops): JsonObject | undefined {
  if (block.dialect === dialect) return block.value;
  drops.add(nameOfForeign(block));
  return undefined;
}

function renderPart(block: TextBlock | MediaBlock | ForeignBlock, drops: Drops): JsonObject | undefined {
  if (block.type === 'foreign') return renderForeign(block, drops);
  nameCache(block, drops);
  if (block.type === 'media') return renderMedia(block, drops);
  return defined({ type: 'input_text', text: block.text, ...ownOf(block.extra) });
}

/** A breakpoint is put back where it was one of this API's own: only its newest models take any. */
function nameCache(block: TextBlock | MediaBlock, drops: Drops): void {
  const isOwn = ownOf(block.extra)['prompt_cache_breakpoint'] !== undefined;
  if (block.cache !== undefined && !isOwn) drops.add('messages.cache_control');
}

interface ResultContext {
  readonly customCalls: ReadonlySet<string>;
  readonly drops: Drops;
}

function renderResults({ content }: ToolMessage, context: ResultContext): JsonObject[] {
  return content
    .map((block) =>
      block.type === 'foreign' ? renderForeign(block, context.drops) : renderResult(block, context),
    )
    .filter((item) => item !== undefined);
}

function renderResult(block: ToolResultBlock, { customCalls, drops }: ResultContext): JsonObject {
  if (block.cache !== undefined) drops.add('messages.cache_control');
  const type = customCalls.has(block.callId) ? 'custom_tool_call_output' : 'function_call_output';
  const { output, ...own } = ownOf(block.extra);
  return defined({
    type,
    call_id: block.callId,
    output: isList(output) ? output : renderOutput(wordFailure(block), drops),
    ...own,
  });
}

/** Text alone is a string: every server takes that. */
function renderOutput(content: ToolResultBlock['content'], drops: Drops): string | JsonObject[] {
  const [first, ...more] = content;
  if (first === undefined) return '';
  const isPlain = first.type === 'text' && more.length === 0 && first.extra?.[dialect] === undefined;
  if (isPlain) {
    nameCache(first, drops);
    return first.text;
  }
  return content.map((block) => renderPart(block, drops)).filter((part) => part !== undefined);
}
