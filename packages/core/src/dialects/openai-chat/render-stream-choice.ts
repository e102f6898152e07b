import type { Part } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { Citation, Extra, MediaBlock, ReasoningBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { defined, isEmpty, listOf, objectOf, present } from '../shared/read.ts';
import { isToldCitation, renderCitation } from './convert-citations.ts';
import { renderLogprobs } from './convert-logprobs.ts';
import { renderFinish } from './map-finish-reason.ts';
import { ownOf } from './own-extra.ts';
import { renderOpaqueDetail, renderReasoningDetail } from './reasoning-details.ts';
import { asFunctionCall } from './render-answer.ts';
import { wantsFunctionCall } from './render-head.ts';
import { renderMediaFields } from './render-message.ts';
import { mergeInner } from './render-parts.ts';

/** What a chunk says of one choice: JSON. */
export type ChunkChoice = string;

export type ChoicePart = Extract<Part, { choice: number }>;

interface OpenText {
  readonly start: number;
  readonly citations: Citation[];
  readonly extra: Extra;
}

interface OpenReasoning {
  /** Without its text. */
  readonly block: ReasoningBlock;
  readonly said: GrowingText;
}

interface OpenCall {
  readonly id: string;
  readonly index: number;
  readonly isText: boolean;
  readonly isLegacy: boolean;
  hasInput: boolean;
  extra: Extra;
}

/** A list that is told piece by piece, and once more in full where it came in several: clients take the last, or join. */
interface ToldList {
  tell(entries: readonly JsonObject[]): readonly JsonObject[] | undefined;
  retell(): readonly JsonObject[] | undefined;
}

function makeToldList(): ToldList {
  const all: JsonObject[] = [];
  let times = 0;
  return {
    tell: (entries) => {
      if (entries.length === 0) return undefined;
      times++;
      all.push(...entries);
      return entries;
    },
    retell: () => (times > 1 ? all : undefined),
  };
}

/** Writes one choice of a stream, part by part. */
export function renderStreamChoice(
  index: number,
  context: AnswerContext,
): (part: ChoicePart) => readonly ChunkChoice[] {
  const texts = new Map<number, OpenText>();
  const calls = new Map<number, OpenCall>();
  const reasonings = new Map<number, OpenReasoning>();
  const details = makeToldList();
  const annotations = makeToldList();
  const media: MediaBlock[] = [];
  let textLength = 0;
  let callCount = 0;
  let hasRefusal = false;
  let hasContent = false;
  let hasBegun = false;
  /** The reasoning before, if nothing was said of it but its text. */
  let plain: JsonObject | undefined;

  const chunk = (delta: JsonObject, logprobs: JsonObject | null = null): readonly ChunkChoice[] => {
    const role = hasBegun ? {} : { role: 'assistant', content: null };
    hasBegun = true;
    return [JSON.stringify({ index, delta: { ...role, ...delta }, logprobs, finish_reason: null })];
  };

  /** What nearly every chunk is: it costs no object. */
  const say = (name: 'content' | 'reasoning_content' | 'refusal', text: string): readonly ChunkChoice[] =>
    hasBegun
      ? [
          `{"index":${index},"delta":{"${name}":${JSON.stringify(text)}},"logprobs":null,"finish_reason":null}`,
        ]
      : chunk({ [name]: text });

  const tellDetails = (entry: JsonObject | undefined): readonly ChunkChoice[] => {
    const told = details.tell(present([entry]));
    return told === undefined ? [] : chunk({ reasoning_details: told });
  };

  const callDelta = (call: OpenCall, fields: JsonObject): readonly ChunkChoice[] =>
    call.isLegacy
      ? chunk({ function_call: objectOf(fields['function']) ?? {} })
      : chunk({ tool_calls: [{ index: call.index, ...fields }] });

  const startCall = (part: Extract<Part, { type: 'tool-input-start' }>): readonly ChunkChoice[] => {
    const { id, name, extra = {} } = part;
    const isText = part.format === 'text';
    const isLegacy = !isText && calls.size === 0 && wantsFunctionCall(context);
    const call: OpenCall = {
      id,
      index: isLegacy ? 0 : callCount++,
      isText,
      isLegacy,
      hasInput: false,
      extra,
    };
    calls.set(part.block, call);
    const entry = isText
      ? { id, type: 'custom', custom: { name, input: '' } }
      : { id, type: 'function', function: { name, arguments: '' } };
    return callDelta(call, mergeInner(entry, ownOf(extra)));
  };

  const input = (call: OpenCall, text: string): readonly ChunkChoice[] => {
    call.hasInput ||= text.trim() !== '';
    // As `say`: nearly every chunk of a call is one of these.
    if (hasBegun && !call.isText && !call.isLegacy)
      return [
        `{"index":${index},"delta":{"tool_calls":[{"index":${call.index},"function":{"arguments":${JSON.stringify(text)}}}]},"logprobs":null,"finish_reason":null}`,
      ];
    return callDelta(call, call.isText ? { custom: { input: text } } : { function: { arguments: text } });
  };

  const endCall = (part: Extract<Part, { type: 'tool-input-end' }>): readonly ChunkChoice[] => {
    const call = calls.get(part.block);
    if (call === undefined) return [];
    const { signature, extra = {} } = part;
    const late = ownOf(extra);
    const entry =
      signature === undefined
        ? undefined
        : renderOpaqueDetail({ signature, extra: { ...call.extra, ...extra } }, { id: call.id });
    return [
      ...(call.isText || call.hasInput ? [] : input(call, '{}')),
      ...(isEmpty(late) || call.isLegacy ? [] : callDelta(call, late)),
      ...tellDetails(entry),
    ];
  };

  const endText = (part: Extract<Part, { type: 'text-end' }>): readonly ChunkChoice[] => {
    const text = texts.get(part.block);
    if (text === undefined) return [];
    const { signature, extra = {} } = part;
    const range = { start: text.start, end: textLength };
    const cited = annotations.tell(text.citations.map((citation) => renderCitation(citation, range)));
    const entry =
      signature === undefined
        ? undefined
        : renderOpaqueDetail({ signature, extra: { ...text.extra, ...extra } }, { id: 'content', ...range });
    return [...(cited === undefined ? [] : chunk({ annotations: cited })), ...tellDetails(entry)];
  };

  const endReasoning = (part: Extract<Part, { type: 'reasoning-end' }>): readonly ChunkChoice[] => {
    const open = reasonings.get(part.block);
    if (open === undefined) return [];
    const { signature, extra = {} } = part;
    const block = { ...open.block, text: open.said.toString() };
    const entry = renderReasoningDetail({
      ...block,
      ...(signature === undefined ? {} : { signature }),
      extra: { ...block.extra, ...extra },
    });
    plain =
      entry === undefined && block.text !== '' ? { type: 'reasoning.text', text: block.text } : undefined;
    return tellDetails(entry);
  };

  const startReasoning = (part: Extract<Part, { type: 'reasoning-start' }>): readonly ChunkChoice[] => {
    const { isRedacted, extra } = part;
    const block: ReasoningBlock = { type: 'reasoning', text: '', ...defined({ isRedacted, extra }) };
    reasonings.set(part.block, { block, said: new GrowingText() });
    // The border between the two would be lost.
    const border = plain;
    plain = undefined;
    return tellDetails(border);
  };

  const finish = (part: Extract<Part, { type: 'finish' }>): readonly ChunkChoice[] => {
    const { message, logprobs, ...own } = ownOf(part.extra);
    const { tool_calls: unknown, ...rest } = objectOf(message) ?? {};
    const retold = defined({ reasoning_details: details.retell(), annotations: annotations.retell() });
    const last: JsonObject = {
      ...retold,
      ...renderMediaFields(media, context),
      ...rest,
      ...(unknown === undefined
        ? {}
        : {
            tool_calls: listOf(unknown).map((entry) => ({ ...objectOf(entry), index: callCount++ })),
          }),
    };
    // An answer without any content is an empty one.
    const isBare = !hasContent && calls.size === 0 && !hasRefusal;
    const said = { hasToolCalls: calls.size > 0, hasRefusal };
    return [
      ...(isEmpty(last) && !isBare ? [] : chunk({ ...(isBare ? { content: '' } : {}), ...last })),
      JSON.stringify({
        index,
        delta: {},
        logprobs: objectOf(logprobs) ?? null,
        ...asFunctionCall(renderFinish(part.finish, said), context),
        ...own,
      }),
    ];
  };

  return (part) => {
    switch (part.type) {
      case 'text-start':
        texts.set(part.block, { start: textLength, citations: [], extra: part.extra ?? {} });
        return [];
      case 'text-delta':
        textLength += part.text.length;
        hasContent = true;
        return say('content', part.text);
      case 'citation':
        if (isToldCitation(part.citation)) texts.get(part.block)?.citations.push(part.citation);
        return [];
      case 'text-end':
        return endText(part);
      case 'refusal-delta':
        hasRefusal = true;
        return say('refusal', part.text);
      case 'reasoning-start':
        return startReasoning(part);
      case 'reasoning-delta':
        reasonings.get(part.block)?.said.add(part.text);
        return say('reasoning_content', part.text);
      case 'reasoning-end':
        return endReasoning(part);
      case 'tool-input-start':
        return startCall(part);
      case 'tool-input-delta': {
        const call = calls.get(part.block);
        return call === undefined ? [] : input(call, part.text);
      }
      case 'tool-input-end':
        return endCall(part);
      case 'block':
        if (part.value.type === 'media') media.push(part.value);
        else if (part.value.dialect === 'openai-chat') {
          hasContent = true;
          return chunk({ content: [part.value.value] });
        }
        return [];
      case 'logprobs':
        return chunk({}, { content: renderLogprobs(part.tokens), refusal: null });
      case 'finish':
        return finish(part);
      default:
        return [];
    }
  };
}
