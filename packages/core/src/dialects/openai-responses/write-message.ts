import type { Logprob } from '../../protocol/chat-answer.ts';
import type { Citation, Extra, RefusalBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { optional, restOf } from '../shared/read.ts';
import { renderCitation } from './convert-citation.ts';
import { renderLogprobs } from './convert-logprobs.ts';
import type { Place, WriteEvent, WrittenBlock, WrittenItem } from './event-writer.ts';
import { messageItem } from './render-items.ts';
import { refusalPart, textPart } from './render-said.ts';

export interface WrittenMessage extends WrittenItem {
  readonly fields: Json | undefined;
  start(
    type: 'text' | 'refusal',
    extra: Extra | undefined,
  ): { readonly block: WrittenBlock; readonly text: string };
  /** A part in one piece. */
  insert(value: JsonObject): string;
  /** Tokens that belong to the text written last; false where there is none. */
  count(tokens: readonly Logprob[]): boolean;
}

interface PartState {
  readonly index: number;
  /** Without its text. */
  block: TextBlock | RefusalBlock;
  readonly said: GrowingText;
  /** A part that came in one piece, in place of the block. */
  readonly value: JsonObject | undefined;
  readonly citations: Citation[];
  readonly tokens: Logprob[];
  /** How many of the tokens the deltas have told. */
  told: number;
  isEnded: boolean;
  isClosed: boolean;
}

/** `response.output_item.added` is written by whoever opens it. */
export function writeMessage(
  write: WriteEvent,
  { index, id }: Place,
  fields: Json | undefined,
): WrittenMessage {
  const parts: PartState[] = [];
  const message: WrittenMessage = {
    index,
    fields,
    item: { ...messageItem(fields, [], { id, status: 'in_progress' }), status: 'in_progress' },
    isEnded: () => parts.every((part) => part.isEnded),
    start,
    insert,
    count,
    close,
  };
  const place = (part: PartState): JsonObject => ({
    item_id: id,
    output_index: index,
    content_index: part.index,
  });

  function start(
    type: 'text' | 'refusal',
    extra: Extra | undefined,
  ): { readonly block: WrittenBlock; readonly text: string } {
    const [part, text] = add({ type, text: '', ...optional('extra', extra) }, undefined);
    return { block: handleOf(part), text };
  }

  function insert(value: JsonObject): string {
    return add({ type: 'text', text: '' }, value)[1];
  }

  function add(block: TextBlock | RefusalBlock, value: JsonObject | undefined): [PartState, string] {
    const text = closeParts((part) => part.isEnded);
    const part: PartState = {
      index: parts.length,
      block,
      said: new GrowingText(),
      value,
      citations: [],
      tokens: [],
      told: 0,
      isEnded: value !== undefined,
      isClosed: false,
    };
    parts.push(part);
    return [part, text + write('response.content_part.added', { ...place(part), part: partOf(part) })];
  }

  function handleOf(part: PartState): WrittenBlock {
    const isRefusal = part.block.type === 'refusal';
    const writeDelta = write.often(
      isRefusal ? 'response.refusal.delta' : 'response.output_text.delta',
      place(part),
    );
    return {
      delta: (text) => {
        part.said.add(text);
        if (isRefusal) return writeDelta({ delta: text });
        const logprobs = part.told === part.tokens.length ? [] : renderLogprobs(part.tokens.slice(part.told));
        part.told = part.tokens.length;
        return writeDelta({ delta: text, logprobs });
      },
      cite: (citation) => {
        const annotation = renderCitation(citation, part.said.toString());
        part.citations.push(citation);
        if (annotation === undefined) return '';
        const before = part.citations
          .slice(0, -1)
          .filter((known) => renderCitation(known, '') !== undefined).length;
        return write('response.output_text.annotation.added', {
          ...place(part),
          annotation_index: before,
          annotation,
        });
      },
      end: ({ extra }) => {
        part.isEnded = true;
        part.block = { ...part.block, ...optional('extra', extra) };
        return '';
      },
    };
  }

  function count(tokens: readonly Logprob[]): boolean {
    const part = parts.findLast(
      ({ block, value, isClosed }) => block.type === 'text' && value === undefined && !isClosed,
    );
    for (const token of tokens) part?.tokens.push(token);
    return part !== undefined;
  }

  function closeParts(isDue: (part: PartState) => boolean): string {
    let text = '';
    for (const part of parts) {
      if (part.isClosed || !isDue(part)) continue;
      part.isClosed = true;
      const whole = partOf(part);
      text += lastWords(part) + write('response.content_part.done', { ...place(part), part: whole });
    }
    return text;
  }

  function lastWords(part: PartState): string {
    if (part.value !== undefined) return '';
    const text = part.said.toString();
    return part.block.type === 'refusal'
      ? write('response.refusal.done', { ...place(part), refusal: text })
      : write('response.output_text.done', { ...place(part), text, logprobs: renderLogprobs(part.tokens) });
  }

  function close(status: 'completed' | 'incomplete'): string {
    const text = closeParts(() => true);
    message.item = messageItem(fields, parts.map(partWithTokens), { id, status });
    return text + write('response.output_item.done', { output_index: index, item: message.item });
  }

  return message;
}

/** A part that is shown to the SDKs has all lists, also the empty. */
function partOf(part: PartState): JsonObject {
  if (part.value !== undefined) return part.value;
  const whole = partWithTokens(part);
  return part.block.type === 'refusal' ? whole : { ...whole, logprobs: renderLogprobs(part.tokens) };
}

/** The same part as a whole answer has. */
function partWithTokens({ block, said, value, citations, tokens }: PartState): JsonObject {
  if (value !== undefined) return value;
  const text = said.toString();
  if (block.type === 'refusal') return refusalPart({ ...block, text });
  const part = textPart({ ...block, text, citations });
  return tokens.length === 0 ? part : { ...restOf(part, ['logprobs']), logprobs: renderLogprobs(tokens) };
}
