import type { Part } from '../../protocol/chat-answer.ts';
import type { Citation } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  defined,
  fieldsOf,
  isEmpty,
  isList,
  isObject,
  listOf,
  objectOf,
  pick,
  protocolError,
  restOf,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { saidObject } from '../shared/said.ts';
import { type CallIds, makeCallIds } from './call-ids.ts';
import { checkSaid } from './check-said.ts';
import { parseCitations } from './convert-citations.ts';
import { parseLogprobs } from './convert-logprobs.ts';
import { parseMedia } from './convert-media.ts';
import { hasFinished, parseFinish } from './map-finish-reason.ts';
import { extraOf } from './own-extra.ts';
import { extraOfChoice } from './parse-answer.ts';
import { shift } from './place-on-text.ts';
import { messageFields, readPiece } from './read-assistant.ts';
import { makeThinkingSplitter, type ThoughtOrText } from './split-thinking.ts';
import { makeStreamBlocks } from './stream-blocks.ts';
import { makeStreamCalls } from './stream-calls.ts';
import { makeStreamReasoning } from './stream-reasoning.ts';

/** One choice of a stream. */
export interface StreamChoice {
  /** `sources`: what the answer as a whole rests on. */
  push(choice: JsonObject, sources: readonly Citation[]): readonly Part[];
  /** No more will come; a choice that was not told to have finished has `other` as its reason. */
  close(): readonly Part[];
  hasFinished(): boolean;
}

const deltaFields = [...messageFields, 'audio'];

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
  const thinking = makeThinkingSplitter();
  const cited = new Set<string>();
  let extra: JsonObject = {};
  let message: JsonObject = {};
  let isFinished = false;
  let hasBegun = false;
  let isSpoken = false;

  const tell = (pieces: readonly ThoughtOrText[]): void => {
    for (const { type, text } of pieces) {
      blocks.open(type);
      blocks.tell(text);
    }
  };

  const pushContent = (content: Json | undefined): void => {
    if (typeof content === 'string' && content !== '') tell(thinking.push(content));
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
    tell(thinking.end());
    const { block, from } = blocks.open('text');
    return [
      ...blocks.take(),
      ...cite(
        block,
        citations.map((citation) => shift(citation, from)),
      ),
    ];
  };

  const cite = (block: number, citations: readonly Citation[]): Part[] =>
    citations.map((citation) => ({ type: 'citation', choice, block, citation }));

  const citeSources = (sources: readonly Citation[]): Part[] => {
    if (cited.size > 0 || sources.length === 0) return [];
    tell(thinking.end());
    const text = blocks.isOpen('text');
    return text === undefined ? [] : [...blocks.take(), ...cite(text.block, sources)];
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
    tell(thinking.end());
    const parts = calls.push(pieces);
    if (parts.length > 0) blocks.close();
    return [...blocks.take(), ...parts];
  };

  /** What is said aloud, in words; where it is written as well, once is enough. */
  const pushSpoken = (audio: Json | undefined): void => {
    const text = wordOf(fieldsOf(audio)['transcript']);
    if (text === undefined || (!isSpoken && blocks.textLength() > 0)) return;
    isSpoken = true;
    blocks.open('text');
    blocks.tell(text);
  };

  const pushDelta = (delta: JsonObject): Part[] => {
    reasoning.pushReasoning(delta);
    pushContent(delta['content']);
    pushSpoken(delta['audio']);
    const refusal = wordOf(delta['refusal']);
    if (refusal !== undefined) {
      tell(thinking.end());
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
    const more = restOf(delta, deltaFields);
    if (more !== undefined) message = { ...message, ...more };
    if (isObject(delta['audio']))
      message = { ...message, audio: joinAudio(message['audio'], delta['audio']) };
    return [...parts, ...blocks.take()];
  };

  const closeAll = (): Part[] => {
    tell(thinking.end());
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
    push: (value, sources) => {
      // Some servers end with the whole message.
      const delta =
        saidObject(value['delta'], 'a delta') ?? (hasBegun ? undefined : objectOf(value['message'])) ?? {};
      if (isFinished) {
        if (hasContent(delta)) throw protocolError(`choice ${choice} goes on after its end`);
        return [];
      }
      const text = textAlone(value, delta);
      if (text !== undefined) {
        hasBegun = true;
        tell(thinking.push(text));
        return blocks.take();
      }
      checkSaid(delta);
      hasBegun ||= hasContent(delta);
      const parts = pushDelta(delta);
      const tokens = parseLogprobs(value['logprobs']);
      if (tokens.length > 0) parts.push({ type: 'logprobs', choice, tokens });
      const more = saying(extraOfChoice(value, undefined));
      if (!isEmpty(more)) extra = { ...extra, ...more };
      return hasFinished(value) ? [...parts, ...citeSources(sources), ...finish(value)] : parts;
    },
    close: () => (isFinished ? [] : finish({})),
    hasFinished: () => isFinished,
  };
}

/** Neither a piece of a call that began before, nor the start of one of a known kind. */
function isUnknown(entry: JsonObject): boolean {
  return wordOf(entry['type']) !== undefined && !isObject(entry['function']) && !isObject(entry['custom']);
}

/** What nearly every event is: a piece of text. Undefined where it says anything else besides. */
function textAlone(choice: JsonObject, delta: JsonObject): string | undefined {
  for (const name of Object.keys(choice))
    if (choice[name] !== null && name !== 'index' && name !== 'delta') return undefined;
  for (const name of Object.keys(delta))
    if (delta[name] !== null && name !== 'role' && name !== 'content') return undefined;
  return wordOf(delta['content']);
}

const contents = [
  'content',
  'reasoning',
  'reasoning_content',
  'refusal',
  'tool_calls',
  'function_call',
  'images',
];

function hasContent(delta: JsonObject): boolean {
  return contents.some((name) => {
    const value = delta[name];
    return isList(value) ? value.length > 0 : value !== undefined && value !== null && value !== '';
  });
}

/** Empty lists and objects are what a filter says while it has nothing to say. */
function saying(fields: JsonObject): JsonObject {
  const names = Object.keys(fields).filter((name) => {
    const value = fields[name];
    return typeof value !== 'object' || value === null || !isEmpty(value);
  });
  return pick(fields, names);
}

/** Spoken answers come in pieces: what is said, and how it sounds. */
function joinAudio(known: Json | undefined, piece: JsonObject): JsonObject {
  const before = fieldsOf(known);
  const join = (name: string): string | undefined =>
    before[name] === undefined && piece[name] === undefined
      ? undefined
      : (stringOf(before[name]) ?? '') + (stringOf(piece[name]) ?? '');
  return {
    ...before,
    ...restOf(piece, []),
    ...defined({ data: join('data'), transcript: join('transcript') }),
  };
}
