import type { Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { type CallIds, makeCallIds } from './call-ids.ts';
import { parseCitations } from './convert-citations.ts';
import { parseLogprobs } from './convert-logprobs.ts';
import { parseMedia } from './convert-media.ts';
import { hasFinished, parseFinish } from './map-finish-reason.ts';
import { extraOfChoice } from './parse-answer.ts';
import { shift } from './place-on-text.ts';
import {
  extraOf,
  isEmpty,
  isList,
  isObject,
  listOf,
  objectOf,
  protocolError,
  restOf,
  stringOf,
  wordOf,
} from './read.ts';
import { readPiece } from './read-assistant.ts';
import { makeStreamBlocks } from './stream-blocks.ts';
import { makeStreamCalls } from './stream-calls.ts';
import { makeStreamReasoning } from './stream-reasoning.ts';

/** One choice of a stream. */
export interface StreamChoice {
  push(choice: JsonObject): readonly Part[];
  /** No more will come; a choice that was not told to have finished has `other` as its reason. */
  close(): readonly Part[];
  hasFinished(): boolean;
}

const known = [
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'tool_calls',
  'function_call',
  'annotations',
  'images',
  'files',
  'audio',
];

/** `answerId`: known at the latest with the first content. */
export function makeStreamChoice(choice: number, answerId: () => string): StreamChoice {
  const blocks = makeStreamBlocks(choice);
  let ids: CallIds | undefined;
  const calls = makeStreamCalls({
    choice,
    ids: () => (ids ??= makeCallIds(`${answerId()}:${choice}`)),
    nextBlock: () => blocks.nextCall(),
  });
  const reasoning = makeStreamReasoning(blocks, calls);
  const cited = new Set<string>();
  let extra: JsonObject = {};
  let message: JsonObject = {};
  let isFinished = false;
  let hasBegun = false;

  const pushContent = (content: Json | undefined): void => {
    if (typeof content === 'string' && content !== '') {
      blocks.open('text');
      blocks.tell(content);
    }
    for (const part of listOf(content)) {
      const piece = readPiece(part);
      if (piece?.type === 'foreign') blocks.add(piece);
      else if (piece !== undefined && (piece.text !== '' || 'signature' in piece)) {
        const flow = blocks.open(piece.type);
        if (piece.type === 'reasoning' && piece.signature !== undefined) flow.signature = piece.signature;
        if (piece.extra !== undefined && isEmpty(flow.extra)) flow.extra = piece.extra;
        blocks.tell(piece.text);
      }
    }
  };

  const pushCitations = (annotations: Json | undefined): Part[] => {
    if (!isList(annotations)) return [];
    // A list that is told again as a whole holds nothing new.
    const fresh = annotations.filter((annotation) => !cited.has(JSON.stringify(annotation)));
    for (const annotation of fresh) cited.add(JSON.stringify(annotation));
    const citations = parseCitations(fresh);
    if (citations.length === 0) return [];
    const { block, from } = blocks.open('text');
    return [
      ...blocks.take(),
      ...citations.map(
        (citation): Part => ({ type: 'citation', choice, block, citation: shift(citation, from) }),
      ),
    ];
  };

  const pushCalls = (delta: JsonObject): Part[] => {
    const legacy = objectOf(delta['function_call']);
    const entries = listOf(delta['tool_calls']);
    const calling = entries.filter((entry) => isObject(entry) && !isUnknown(entry));
    const unknown = entries.filter((entry) => isObject(entry) && isUnknown(entry));
    if (unknown.length > 0)
      message = { ...message, tool_calls: [...listOf(message['tool_calls']), ...unknown] };
    const pieces = legacy !== undefined && entries.length === 0 ? [{ index: 0, function: legacy }] : calling;
    if (pieces.length === 0) return [];
    const parts = calls.push(pieces);
    if (parts.length > 0) blocks.close();
    return [...blocks.take(), ...parts];
  };

  const pushDelta = (delta: JsonObject): Part[] => {
    reasoning.pushReasoning(delta);
    pushContent(delta['content']);
    const refusal = wordOf(delta['refusal']);
    if (refusal !== undefined) {
      blocks.open('refusal');
      blocks.tell(refusal);
    }
    const parts = [...blocks.take(), ...pushCitations(delta['annotations'])];
    for (const part of [...listOf(delta['images']), ...listOf(delta['files'])]) {
      const media = isObject(part) ? parseMedia(part) : undefined;
      if (media !== undefined) blocks.add(media);
    }
    parts.push(...pushCalls(delta));
    reasoning.pushSignatures(delta);
    message = { ...message, ...restOf(delta, known), ...joinAudio(message, delta) };
    return [...parts, ...blocks.take()];
  };

  const closeAll = (): Part[] => {
    blocks.close();
    return [...blocks.take(), ...calls.close()];
  };

  const finish = (value: JsonObject): Part[] => {
    isFinished = true;
    const said = { hasToolCalls: calls.hasAny(), hasRefusal: blocks.hasRefusal() };
    const more = extraOf({ ...extra, ...(isEmpty(message) ? {} : { message }) });
    return [...closeAll(), { type: 'finish', choice, finish: parseFinish(value, said), ...more }];
  };

  return {
    push: (value) => {
      // Some servers end with the whole message.
      const delta = objectOf(value['delta']) ?? (hasBegun ? undefined : objectOf(value['message'])) ?? {};
      if (isFinished) {
        if (hasContent(delta)) throw protocolError(`choice ${choice} goes on after its end`);
        return [];
      }
      hasBegun ||= hasContent(delta);
      const parts = pushDelta(delta);
      const tokens = parseLogprobs(value['logprobs']);
      if (tokens.length > 0) parts.push({ type: 'logprobs', choice, tokens });
      extra = { ...extra, ...saying(extraOfChoice(value, undefined)) };
      return hasFinished(value) ? [...parts, ...finish(value)] : parts;
    },
    close: () => (isFinished ? [] : finish({})),
    hasFinished: () => isFinished,
  };
}

/** Neither a piece of a call that began before, nor the start of one of a known kind. */
function isUnknown(entry: JsonObject): boolean {
  return wordOf(entry['type']) !== undefined && !isObject(entry['function']) && !isObject(entry['custom']);
}

function hasContent(delta: JsonObject): boolean {
  return [
    'content',
    'reasoning',
    'reasoning_content',
    'refusal',
    'tool_calls',
    'function_call',
    'images',
  ].some((name) => {
    const value = delta[name];
    return isList(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
  });
}

/** Empty lists and objects are what a filter says while it has nothing to say. */
function saying(fields: JsonObject): JsonObject {
  const entries = Object.entries(fields).filter(
    ([, value]) => typeof value !== 'object' || value === null || !isEmpty(value),
  );
  return Object.fromEntries(entries);
}

/** Spoken answers come in pieces: what is said, and how it sounds. */
function joinAudio(message: JsonObject, delta: JsonObject): JsonObject {
  const piece = objectOf(delta['audio']);
  if (piece === undefined) return {};
  const before = objectOf(message['audio']) ?? {};
  const joined = ['data', 'transcript'].flatMap((name): [string, string][] => {
    const text = `${stringOf(before[name]) ?? ''}${stringOf(piece[name]) ?? ''}`;
    return before[name] === undefined && piece[name] === undefined ? [] : [[name, text]];
  });
  return { audio: { ...before, ...restOf(piece, []), ...Object.fromEntries(joined) } };
}
