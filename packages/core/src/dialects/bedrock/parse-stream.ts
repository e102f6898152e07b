import type { Part } from '../../protocol/chat-answer.ts';
import type { StreamParser, WireEvent } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { countOf, isEmpty, objectOf, protocolError, stringOf } from '../shared/read.ts';
import { saidObject } from '../shared/said.ts';
import { checkDelta } from './check-said.ts';
import { isExceptionName, parseException } from './convert-error.ts';
import { parseUsage } from './convert-usage.ts';
import { parseEnd, parseHead } from './parse-answer.ts';
import { isNothing, isServerToolUse } from './parse-content.ts';
import { answerTool } from './plan-output.ts';
import {
  isRedacted,
  type OpenBlock,
  type Opened,
  openImage,
  openReasoning,
  openText,
  openToolResult,
  openToolUse,
} from './stream-blocks.ts';

/**
 * The events of ConverseStream. Text and reasoning begin with their first delta, without a start; some models go over
 * from reasoning to text under one index. So the blocks are counted here, and the wire's index only tells open ones apart.
 */
export function parseStream(): StreamParser {
  const open = new Map<number, OpenBlock>();
  let blocks = 0;
  let last = 0;
  let state: 'before' | 'answer' | 'stopped' | 'failed' = 'before';
  let hasAnswerTool = false;
  let hasCalls = false;

  const begin = (index: number, opened: Opened): readonly Part[] => {
    const closed = close(index);
    open.set(index, opened.block);
    blocks++;
    return [...closed, ...opened.parts];
  };
  const close = (index: number): readonly Part[] => {
    const block = open.get(index);
    open.delete(index);
    return block?.end() ?? [];
  };
  const closeAll = (): readonly Part[] => [...open.keys()].flatMap(close);
  const indexOf = (data: JsonObject): number => {
    last = countOf(data['contentBlockIndex']) ?? last;
    return last;
  };
  const place = (): { choice: number; block: number } => ({ choice: 0, block: blocks });

  const startBlock = (data: JsonObject): readonly Part[] => {
    const index = indexOf(data);
    const start = objectOf(data['start']) ?? {};
    const use = objectOf(start['toolUse']);
    if (use !== undefined) {
      const running = open.get(index);
      // The same start once more says nothing new.
      if (running?.kind === 'toolUse' && running.id === stringOf(use['toolUseId'])) return [];
      if (running?.kind === 'toolUse') throw protocolError('a tool call begins inside another');
      const opened = openToolUse(place(), use);
      if (use['name'] === answerTool) hasAnswerTool = true;
      else if (!isServerToolUse(use)) hasCalls = true;
      return begin(index, opened);
    }
    const result = objectOf(start['toolResult']);
    if (result !== undefined) return begin(index, openToolResult(place(), result));
    const image = objectOf(start['image']);
    return image === undefined ? [] : begin(index, openImage(place(), image));
  };

  const pushDelta = (data: JsonObject): readonly Part[] => {
    const index = indexOf(data);
    const delta = saidObject(data['delta'], 'a delta') ?? {};
    checkDelta(delta);
    const kind = kindOf(delta);
    if (kind === undefined) return [];
    const running = open.get(index);
    if (running?.kind === kind) return running.push(delta);
    if (isNothing(delta)) return [];
    if (kind === 'toolUse') throw protocolError('a piece of a tool call that has not begun');
    const opened = openByDelta(kind, place(), delta);
    return [...begin(index, opened), ...opened.block.push(delta)];
  };

  const stop = (data: JsonObject): readonly Part[] => {
    const closed = closeAll();
    state = 'stopped';
    const end = parseEnd(data['stopReason'], data['additionalModelResponseFields'], {
      hasAnswerTool,
      hasCalls,
    });
    return [...closed, { type: 'finish', choice: 0, ...end }];
  };

  const readEvent = (name: string, data: JsonObject): readonly Part[] => {
    if (state === 'stopped' && name !== 'metadata') return [];
    switch (name) {
      case 'messageStart':
        if (blocks > 0) throw protocolError('a second message begins inside the first');
        return [];
      case 'contentBlockStart':
        return startBlock(data);
      case 'contentBlockDelta':
        return pushDelta(data);
      case 'contentBlockStop':
        return close(indexOf(data));
      case 'messageStop':
        return stop(data);
      case 'metadata':
        return readMetadata(data);
      default:
        return [];
    }
  };

  return {
    push({ name, data }: WireEvent): readonly Part[] {
      if (state === 'failed' || name === undefined || data === undefined) return [];
      if (isExceptionName(name)) {
        state = 'failed';
        return [{ type: 'error', error: parseException(name, data) }];
      }
      const isFirst = state === 'before';
      if (isFirst) state = 'answer';
      const parts = readEvent(name, data);
      return isFirst ? [{ type: 'head' }, ...parts] : parts;
    },
    end(): readonly Part[] {
      if (state === 'stopped' || state === 'failed') return [];
      throw protocolError('the stream ended before messageStop');
    },
  };
}

function kindOf(delta: JsonObject): OpenBlock['kind'] | undefined {
  if (stringOf(delta['text']) !== undefined || objectOf(delta['citation']) !== undefined) return 'text';
  const reasoning = objectOf(delta['reasoningContent']);
  if (reasoning !== undefined) return isRedacted(reasoning) ? 'redacted' : 'reasoning';
  if (objectOf(delta['toolUse']) !== undefined) return 'toolUse';
  if (Array.isArray(delta['toolResult'])) return 'toolResult';
  return objectOf(delta['image']) === undefined ? undefined : 'image';
}

function openByDelta(
  kind: Exclude<OpenBlock['kind'], 'toolUse'>,
  at: { readonly choice: number; readonly block: number },
  delta: JsonObject,
): Opened {
  if (kind === 'text') return openText(at);
  if (kind === 'reasoning' || kind === 'redacted')
    return openReasoning(at, objectOf(delta['reasoningContent']) ?? {});
  return kind === 'image' ? openImage(at, {}) : openToolResult(at, {});
}

/** Usage, and what else is known of the answer only at its end. */
function readMetadata(data: JsonObject): readonly Part[] {
  const usage = parseUsage(data['usage']);
  const head = parseHead(data, 'usage');
  return [
    ...(isEmpty(head) ? [] : [{ type: 'head' as const, ...head }]),
    ...(usage === undefined ? [] : [{ type: 'usage' as const, usage }]),
  ];
}
