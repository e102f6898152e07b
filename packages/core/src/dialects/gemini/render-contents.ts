import type { Message, SystemMessage, ToolMessage, ToolResultBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { append, defined } from '../shared/read.ts';
import { demandsSignatures, isBeforeGemini3 } from './model-facts.ts';
import { ownOf } from './own-extra.ts';
import { renderMedia } from './part-media.ts';
import { renderPart, renderParts } from './render-part.ts';
import { noSignature } from './signature.ts';
import { toResponse } from './tool-results.ts';

interface Turn {
  readonly role: 'user' | 'model';
  /** Results of functions: they stand first, where Gemini looks for them. */
  readonly results: JsonObject[];
  readonly parts: JsonObject[];
  extra: JsonObject;
}

export interface RenderedContents {
  readonly contents: readonly JsonObject[];
  readonly systemInstruction: JsonObject | undefined;
}

/** Messages as Gemini's turns of user and model: neighbours of one side become one turn. */
export function renderContents(
  messages: readonly Message[],
  model: string,
  drop: (name: string) => void,
): RenderedContents {
  const firstOther = messages.findIndex(({ role }) => role !== 'system');
  const leading = messages.slice(0, firstOther === -1 ? messages.length : firstOther);
  const system = leading.filter((message) => message.role === 'system');
  const systemParts = system.flatMap((message) => renderSystem(message, drop));
  const turns = renderTurns(messages.slice(leading.length), model, drop);
  if (demandsSignatures(model)) excuseUnsigned(turns);
  const contents = turns.map(({ role, results, parts, extra }) => ({
    ...extra,
    role,
    parts: partsOf(parts, results),
  }));
  // Gemini answers nothing to instructions alone: then they are what is asked.
  if (contents.length === 0 && systemParts.length > 0)
    return { contents: [{ role: 'user', parts: systemParts }], systemInstruction: undefined };
  const extra = Object.assign({}, ...system.map((message) => ownOf(message.extra)));
  return {
    contents,
    systemInstruction: systemParts.length === 0 ? undefined : { ...extra, parts: systemParts },
  };
}

function renderTurns(
  messages: readonly Message[],
  model: string,
  drop: (name: string) => void,
): readonly Turn[] {
  const turns: Turn[] = [];
  const names = new Map<string, string>();
  for (const message of messages) {
    if (message.name !== undefined) drop('messages.name');
    const role = message.role === 'assistant' ? 'model' : 'user';
    const last = turns.at(-1);
    const turn: Turn = last?.role === role ? last : { role, results: [], parts: [], extra: {} };
    if (message.role === 'system') append(turn.parts, renderLateSystem(message, drop));
    else if (message.role === 'tool') addResults(turn, message, { model, names, drop });
    else {
      append(turn.parts, renderParts(message.content, drop));
      for (const block of message.content) if (block.type === 'tool-call') names.set(block.id, block.name);
    }
    if (message.extra !== undefined) turn.extra = { ...turn.extra, ...ownOf(message.extra) };
    if (turn !== last && turn.parts.length + turn.results.length > 0) turns.push(turn);
  }
  return turns;
}

function renderSystem(message: SystemMessage, drop: (name: string) => void): JsonObject[] {
  if (message.name !== undefined) drop('messages.name');
  return renderParts(message.content, drop);
}

/**
 * Gemini has instructions at the beginning only. Later ones stay where they were said, so that their meaning and the
 * prompt's cached beginning stay too, and are marked as what they are.
 */
function renderLateSystem(message: SystemMessage, drop: (name: string) => void): JsonObject[] {
  return renderParts(message.content, drop).map((part) =>
    typeof part.text === 'string' ? { ...part, text: `<system>\n${part.text}\n</system>` } : part,
  );
}

interface ResultContext {
  readonly model: string;
  readonly names: ReadonlyMap<string, string>;
  readonly drop: (name: string) => void;
}

function addResults(turn: Turn, message: ToolMessage, context: ResultContext): void {
  for (const block of message.content) {
    if (block.type === 'foreign') {
      const part = renderPart(block, context.drop);
      if (part !== undefined) turn.parts.push(part);
      continue;
    }
    const media = renderResultMedia(block, context.drop);
    const isBeside = isBeforeGemini3(context.model);
    turn.results.push(renderResult(block, context, isBeside ? [] : media));
    if (isBeside) append(turn.parts, media);
  }
}

function renderResult(block: ToolResultBlock, { names }: ResultContext, media: JsonObject[]): JsonObject {
  const texts = block.content.filter((item) => item.type === 'text').map(({ text }) => text);
  const isBare = texts.length === 0 && media.length > 0;
  const response = {
    id: block.callId,
    name: names.get(block.callId) ?? block.name ?? 'unknown_function',
    response: isBare ? {} : toResponse({ text: texts.join('\n'), isError: block.isError === true }),
    ...(media.length === 0 ? {} : { parts: media }),
  };
  if (block.extra === undefined) return { functionResponse: response };
  const { functionResponse: _, ...rest } = ownOf(block.extra);
  return { ...rest, functionResponse: { ...ownOf(block.extra, 'functionResponse'), ...response } };
}

function renderResultMedia(block: ToolResultBlock, drop: (name: string) => void): JsonObject[] {
  const parts: JsonObject[] = [];
  for (const item of block.content) {
    const part = item.type === 'media' ? renderMedia(item, drop) : undefined;
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** Empty text beside something else says nothing, and Vertex refuses it. */
function partsOf(parts: readonly JsonObject[], results: readonly JsonObject[]): readonly JsonObject[] {
  if (parts.length === 0) return results;
  const told = parts.some(isEmptyText) ? parts.filter((part) => !isEmptyText(part)) : parts;
  if (results.length > 0) return [...results, ...told];
  return told.length === 0 ? parts.slice(0, 1) : told;
}

function isEmptyText(part: JsonObject): boolean {
  return part.text === '' && part.thoughtSignature === undefined;
}

/** The model's turns since the user last spoke: the first call of each must be signed, or excused. */
function excuseUnsigned(turns: readonly Turn[]): void {
  const spoken = turns.findLastIndex(({ role, parts }) => role === 'user' && parts.length > 0);
  for (const { role, parts } of turns.slice(spoken + 1)) {
    const at = role === 'model' ? parts.findIndex((part) => part.functionCall !== undefined) : -1;
    const first = parts[at];
    if (first !== undefined) parts[at] = { ...defined({ thoughtSignature: noSignature }), ...first };
  }
}
