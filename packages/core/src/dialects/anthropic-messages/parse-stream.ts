import type { Part } from '../../protocol/chat-answer.ts';
import type { StreamParser, WireEvent } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  countOf,
  isEmpty,
  isObject,
  listOf,
  objectOf,
  protocolError,
  restOf,
  wordOf,
} from '../shared/read.ts';
import { saidObject } from '../shared/said.ts';
import { checkDelta } from './check-said.ts';
import { parseStreamError } from './convert-error.ts';
import { jsonTool } from './convert-tool-call.ts';
import { mergeUsage, parseUsage } from './convert-usage.ts';
import { parseFinish } from './map-finish-reason.ts';
import { type OpenBlock, openBlock } from './open-block.ts';
import { parseHead } from './parse-answer.ts';

/** What is known of the message so far. */
interface Progress {
  /** The message without its content, as the events have corrected it. */
  message: JsonObject;
  isStarted: boolean;
  isOver: boolean;
  /** By their index on the wire; undefined once it has ended. */
  readonly blocks: Map<number, OpenBlock | undefined>;
  /** Indexes of blocks that nothing was added to yet. */
  readonly untouched: Set<number>;
  /** Names of the tools that were called. */
  readonly calls: Json[];
}

export function parseStream(): StreamParser {
  const progress: Progress = {
    message: {},
    isStarted: false,
    isOver: false,
    blocks: new Map(),
    untouched: new Set(),
    calls: [],
  };
  return {
    push: (event) => (progress.isOver ? [] : readEvent(progress, event)),
    end() {
      if (progress.isOver) return [];
      if (wordOf(progress.message['stop_reason']) === undefined)
        throw protocolError('the stream ended before its last event');
      return finish(progress);
    },
  };
}

function readEvent(progress: Progress, { name, data }: WireEvent): readonly Part[] {
  if (data === undefined) return [];
  const type = wordOf(data['type']) ?? name ?? (isObject(data['error']) ? 'error' : undefined);
  switch (type) {
    case 'message_start':
      return startMessage(progress, objectOf(data['message']) ?? {});
    case 'content_block_start':
      return startBlock(progress, data);
    case 'content_block_delta':
      return addToBlock(progress, data);
    case 'content_block_stop':
      return stopBlock(progress, indexOf(progress, data));
    case 'message_delta':
      return correctMessage(progress, data);
    case 'message_stop':
      if (!progress.isStarted && progress.blocks.size === 0)
        throw protocolError('the stream ended before it began');
      return finish(progress);
    case 'error':
      progress.isOver = true;
      return [{ type: 'error', error: parseStreamError(data) }];
    default:
      // `ping`, and whatever there will be.
      return [];
  }
}

/** A repeated start says nothing new; the start of another message in the midst of one is a mistake. */
function startMessage(progress: Progress, message: JsonObject): readonly Part[] {
  const isOther = message['id'] !== progress.message['id'];
  if (progress.isStarted && !isOther) return [];
  if (progress.blocks.size > 0) throw protocolError('another message begins in the midst of the stream');
  const { content, usage, ...fields } = message;
  const known = progress.isStarted ? {} : progress.message;
  progress.isStarted = true;
  const merged = mergeUsage(objectOf(known['usage']) ?? {}, usage);
  const told = update(progress, { ...known, ...restOf(fields, []) }, merged);
  return [...told, ...addWhole(progress, listOf(content))];
}

/** A message that goes on from a program of the model's begins with blocks that are whole already. */
function addWhole(progress: Progress, content: readonly Json[]): readonly Part[] {
  return content.filter(isObject).flatMap((wire, at) => {
    // They have no index of their own on the wire.
    const index = -1 - at;
    return [...addBlock(progress, index, wire), ...stopBlock(progress, index)];
  });
}

/** Tells what is new. */
function update(progress: Progress, message: JsonObject, usage: JsonObject): readonly Part[] {
  const before = progress.message;
  const hasUsage = !isEmpty(usage);
  progress.message = hasUsage ? { ...message, usage } : message;
  const head = parseHead(progress.message);
  const told = parseUsage(progress.message['usage']);
  return [
    ...(isSame(head, parseHead(before)) ? [] : [{ type: 'head', ...head } as const]),
    ...(told === undefined || isSame(usage, before['usage'])
      ? []
      : [{ type: 'usage', usage: told } as const]),
  ];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function startBlock(progress: Progress, data: JsonObject): readonly Part[] {
  const wire = data['content_block'];
  if (!isObject(wire)) throw protocolError('the stream begins a block that is no object');
  const { blocks } = progress;
  const index = countOf(data['index']) ?? blocks.size;
  if (blocks.has(index)) {
    if (progress.untouched.has(index)) return [];
    throw protocolError('the stream begins the same block twice');
  }
  return addBlock(progress, index, wire);
}

function addBlock(progress: Progress, index: number, wire: JsonObject): readonly Part[] {
  const block = openBlock(wire, progress.blocks.size);
  progress.blocks.set(index, block);
  progress.untouched.add(index);
  if (wire['type'] === 'tool_use') progress.calls.push(wire['name'] ?? null);
  return block.start;
}

function addToBlock(progress: Progress, data: JsonObject): readonly Part[] {
  const delta = saidObject(data['delta'], 'a delta');
  if (delta === undefined) return [];
  checkDelta(delta);
  const index = indexOf(progress, data);
  const block = progress.blocks.get(index);
  if (block !== undefined) {
    progress.untouched.delete(index);
    return block.take(delta);
  }
  if (progress.blocks.has(index)) throw protocolError('the stream adds to a block that has ended');
  const wire = beginningOf(delta);
  if (wire === undefined) return [];
  const start = addBlock(progress, index, wire);
  progress.untouched.delete(index);
  return [...start, ...(progress.blocks.get(index)?.take(delta) ?? [])];
}

/** Some servers leave out the start of a block whose deltas say all there is to know. */
function beginningOf(delta: JsonObject): JsonObject | undefined {
  switch (delta['type']) {
    case 'text_delta':
      return { type: 'text', text: '' };
    case 'thinking_delta':
      return { type: 'thinking', thinking: '' };
    case 'input_json_delta':
      throw protocolError('the stream adds to a tool call that has not begun');
    default:
      return undefined;
  }
}

/** Left out, it is the block that began last. */
function indexOf(progress: Progress, data: JsonObject): number {
  return countOf(data['index']) ?? [...progress.blocks.keys()].at(-1) ?? 0;
}

function stopBlock(progress: Progress, index: number): readonly Part[] {
  const block = progress.blocks.get(index);
  if (block === undefined) return [];
  progress.blocks.set(index, undefined);
  progress.untouched.delete(index);
  return block.end();
}

/** Cumulative: what is told here replaces what was told before. */
function correctMessage(progress: Progress, data: JsonObject): readonly Part[] {
  const { delta, usage } = data;
  const corrected = {
    ...progress.message,
    ...restOf(data, ['type', 'delta', 'usage']),
    ...(isObject(delta) ? restOf(delta, []) : {}),
  };
  return update(progress, corrected, mergeUsage(objectOf(progress.message['usage']) ?? {}, usage));
}

function finish(progress: Progress): readonly Part[] {
  progress.isOver = true;
  const { message, calls, blocks } = progress;
  const open = [...blocks.keys()].flatMap((index) => stopBlock(progress, index));
  return [
    ...open,
    {
      type: 'finish',
      choice: 0,
      finish: parseFinish(message['stop_reason'], message['stop_sequence'], {
        details: message['stop_details'],
        isJsonOnly: calls.length > 0 && calls.every((call) => call === jsonTool),
      }),
    },
  ];
}
