import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Block, Message, SystemMessage, ToolResultBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { append } from '../shared/read.ts';
import { renderToolName } from '../shared/text-tools.ts';
import { matchResults } from './match-results.ts';
import { ownOf } from './own-extra.ts';
import {
  type Rendering,
  renderAssistantBlock,
  renderCachePoint,
  renderForeign,
  renderText,
  renderToolResult,
  renderUserMedia,
} from './render-content.ts';

/** One message of the wire: user and assistant take turns, and results stand before what else a user says. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly results: JsonObject[];
  readonly content: JsonObject[];
  extra: JsonObject;
}

export interface RenderedMessages {
  readonly system: readonly JsonObject[];
  readonly turns: readonly Turn[];
}

/** Bedrock wants a user to begin, and words beside a document. */
const opening = 'Continue.';
const besideDocument = 'See the attached document.';

export function renderMessages({ messages }: ChatRequest, rendering: Rendering): RenderedMessages {
  const start = messages.findIndex(({ role }) => role !== 'system');
  const split = start < 0 ? messages.length : start;
  const system = messages
    .slice(0, split)
    .flatMap((message) =>
      message.role === 'system' && !isInPlace(message) ? renderSystem(message, rendering) : [],
    );
  const turns: Turn[] = [];
  const answered = matchResults(messages);
  const idOf = fitIds();
  const calls = { answered, idOf };
  messages.forEach((message, index) => {
    if (message.name !== undefined) rendering.drops.add('messages.name');
    if (index < split && !(message.role === 'system' && isInPlace(message))) return;
    addMessage(turns, message, rendering, calls);
  });
  for (const turn of turns)
    if (
      turn.content.some(({ document }) => document !== undefined) &&
      !turn.content.some(({ text }) => text !== undefined)
    )
      turn.content.push({ text: besideDocument });
  return { system, turns };
}

/** Bedrock refuses a conversation that does not begin with a user. */
export function withOpening(turns: readonly Turn[]): readonly Turn[] {
  const first = turns.find(({ role }) => role !== 'system');
  if (first?.role === 'user') return turns;
  return [{ role: 'user', results: [], content: [{ text: opening }], extra: {} }, ...turns];
}

export function renderTurn({ role, results, content, extra }: Turn): JsonObject {
  return { ...extra, role, content: results.length === 0 ? content : [...results, ...content] };
}

/** It came as a message of this role, which newer models take at any place. */
function isInPlace(message: SystemMessage): boolean {
  return ownOf(message.extra)['role'] === 'system';
}

function renderSystem(message: SystemMessage, rendering: Rendering): JsonObject[] {
  return message.content.flatMap((block) => [
    ...(block.type === 'text' ? renderText(block) : renderForeign(block, rendering)),
    ...renderCachePoint(block.cache, rendering),
  ]);
}

function withoutRole(fields: JsonObject): JsonObject {
  const { role: _, ...extra } = fields;
  return extra;
}

interface Answered {
  readonly answered: ReadonlyMap<ToolResultBlock, string>;
  readonly idOf: (id: string) => string;
}

function addMessage(turns: Turn[], message: Message, rendering: Rendering, calls: Answered): void {
  const inPlace = message.role === 'system' && isInPlace(message);
  const role = inPlace ? 'system' : message.role === 'assistant' ? 'assistant' : 'user';
  const results: JsonObject[] = [];
  const content: JsonObject[] = [];
  for (const block of message.content) {
    if (block.type === 'tool-result') addResult(block, rendering, calls, { results, content });
    else {
      const rendered =
        message.role === 'system' && block.type === 'text' && !inPlace
          ? // A system message in the middle keeps its place; no role of the wire says it for all models.
            renderText({ text: block.text === '' ? '' : `<system>\n${block.text}\n</system>` })
          : renderBlock(block, role, rendering, calls.idOf);
      content.push(...rendered);
      if (rendered.length > 0) content.push(...renderCachePoint(block.cache, rendering));
    }
  }
  if (results.length + content.length === 0) return;
  const extra = message.extra === undefined ? {} : withoutRole(ownOf(message.extra));
  const last = turns.at(-1);
  if (last?.role !== role) turns.push({ role, results, content, extra });
  else {
    append(last.results, results);
    append(last.content, content);
    last.extra = { ...last.extra, ...extra };
  }
}

function renderBlock(
  block: Exclude<Block, ToolResultBlock>,
  role: Turn['role'],
  rendering: Rendering,
  idOf: (id: string) => string,
): JsonObject[] {
  if (block.type === 'tool-call') return renderAssistantBlock({ ...block, id: idOf(block.id) }, rendering);
  if (role === 'assistant') return renderAssistantBlock(block, rendering);
  return block.type === 'media' ? renderUserMedia(block, rendering) : renderAssistantBlock(block, rendering);
}

/** A result that answers no call is told in words. */
function addResult(
  block: ToolResultBlock,
  rendering: Rendering,
  { answered, idOf }: Answered,
  to: { results: JsonObject[]; content: JsonObject[] },
): void {
  const callId = answered.get(block);
  if (callId !== undefined)
    to.results.push(...renderToolResult({ ...block, callId: idOf(callId) }, rendering));
  else
    for (const item of block.content)
      to.content.push(...(item.type === 'media' ? renderUserMedia(item, rendering) : renderText(item)));
}

/** Ids of other vendors' calls (`functions.search:0`) made fit for `[a-zA-Z0-9_-]{1,64}`, each its own. */
function fitIds(): (id: string) => string {
  const fitted = new Map<string, string>();
  return (id) => {
    const known = fitted.get(id);
    if (known !== undefined) return known;
    const isFit = /^[a-zA-Z0-9_-]{1,64}$/.test(id);
    const fit = isFit ? id : `${id.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 56)}_${fitted.size}`;
    fitted.set(id, fit);
    return fit;
  };
}

/** The names of the tools that the history speaks of. */
export function nameCalledTools(messages: readonly Message[]): readonly string[] {
  const names = new Set<string>();
  for (const { content } of messages)
    for (const block of content)
      if (block.type === 'tool-call') names.add(renderToolName(block.name, block.format));
  return [...names];
}
