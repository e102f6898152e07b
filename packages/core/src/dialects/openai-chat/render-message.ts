import type { AnswerContext } from '../../protocol/codec.ts';
import type { AssistantBlock, MediaBlock, TextBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { listOf, objectOf, present } from '../shared/read.ts';
import { isToldCitation, renderCitation } from './convert-citations.ts';
import { renderMedia } from './convert-media.ts';
import { renderOpaqueDetail, renderReasoningDetail } from './reasoning-details.ts';
import { renderCall } from './render-call.ts';
import { wantsFunctionCall } from './render-head.ts';

/** The model's message for a caller. `extra`: fields that came with it in this dialect. */
export function renderMessage(
  content: readonly AssistantBlock[],
  extra: JsonObject,
  context: AnswerContext,
): JsonObject {
  const { tool_calls: unknown, ...rest } = extra;
  const calls = content.flatMap((block) => (block.type === 'tool-call' ? [renderCall(block, true)] : []));
  const entries: readonly Json[] = [...calls, ...listOf(unknown)];
  const refusal = content.flatMap((block) => (block.type === 'refusal' ? [block.text] : [])).join('');
  const reasoning = content.flatMap((block) => (block.type === 'reasoning' ? [block.text] : [])).join('');
  const details = renderDetails(content);
  const annotations = renderAnnotations(content);
  const body = renderContent(content);
  const isEmpty = body === null && entries.length === 0 && refusal === '';
  return {
    role: 'assistant',
    content: isEmpty ? '' : body,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...renderMediaFields(
      content.filter((block) => block.type === 'media'),
      context,
    ),
    ...renderCalls(entries, context),
    ...rest,
  };
}

/** Text is one string; only what this dialect itself had as a part makes a list of it. */
function renderContent(content: readonly AssistantBlock[]): string | readonly JsonObject[] | null {
  const own = content.filter(
    (block) => block.type === 'text' || (block.type === 'foreign' && block.dialect === 'openai-chat'),
  );
  if (own.some((block) => block.type === 'foreign'))
    return own.flatMap((block) => {
      if (block.type === 'foreign') return [block.value];
      return block.type === 'text' ? [{ type: 'text', text: block.text }] : [];
    });
  const text = own.map((block) => (block.type === 'text' ? block.text : '')).join('');
  return text === '' ? null : text;
}

function renderCalls(entries: readonly Json[], context: AnswerContext): JsonObject {
  const [first, ...others] = entries;
  if (first === undefined) return {};
  const legacy = wantsFunctionCall(context) ? objectOf(objectOf(first)?.['function']) : undefined;
  if (legacy === undefined) return { tool_calls: entries };
  return { function_call: legacy, ...(others.length === 0 ? {} : { tool_calls: others }) };
}

interface Placed {
  readonly block: TextBlock;
  readonly start: number;
  readonly end: number;
}

/** The blocks of text, and where they stand in all of it. */
function placeTexts(content: readonly AssistantBlock[]): readonly Placed[] {
  let position = 0;
  return content.flatMap((block) => {
    if (block.type !== 'text') return [];
    const start = position;
    position += block.text.length;
    return [{ block, start, end: position }];
  });
}

function renderAnnotations(content: readonly AssistantBlock[]): readonly JsonObject[] {
  return placeTexts(content).flatMap(({ block, start, end }) =>
    (block.citations ?? [])
      .filter(isToldCitation)
      .map((citation) => renderCitation(citation, { start, end })),
  );
}

/** Every signature, with the name of the dialect that it belongs to. */
function renderDetails(content: readonly AssistantBlock[]): readonly JsonObject[] {
  const reasoning = content.filter((block) => block.type === 'reasoning');
  const ofReasoning = reasoning.map((block, index) => {
    // The border to the next block would be lost.
    const isLast = index === reasoning.length - 1;
    const plain = isLast || block.text === '' ? undefined : { type: 'reasoning.text', text: block.text };
    return renderReasoningDetail(block) ?? plain;
  });
  const ofTexts = placeTexts(content).flatMap(({ block: { signature, extra = {} }, start, end }) =>
    signature === undefined ? [] : [renderOpaqueDetail({ signature, extra }, { id: 'content', start, end })],
  );
  const ofCalls = content.flatMap((block) => {
    if (block.type !== 'tool-call' || block.signature === undefined) return [];
    const { signature, extra = {} } = block;
    return [renderOpaqueDetail({ signature, extra }, { id: block.id })];
  });
  return [...present(ofReasoning), ...ofTexts, ...ofCalls];
}

/** Pictures where OpenRouter has them, speech where OpenAI has it, anything else beside them. */
export function renderMediaFields(media: readonly MediaBlock[], context: AnswerContext): JsonObject {
  const speech = media.find(
    (block) => block.mediaType?.startsWith('audio/') === true && block.source.kind === 'base64',
  );
  const images = present(media.filter(isPicture).map((block) => renderMedia(block, 'file_data')));
  const others = media.filter((block) => !isPicture(block) && block !== speech);
  const files = present(others.map((block) => renderMedia(block, 'file_data')));
  return {
    ...(images.length === 0 ? {} : { images }),
    ...(files.length === 0 ? {} : { files }),
    ...(speech?.source.kind === 'base64'
      ? {
          audio: {
            id: `audio_${context.id}`,
            data: speech.source.data,
            expires_at: context.now,
            transcript: '',
          },
        }
      : {}),
  };
}

function isPicture(block: MediaBlock): boolean {
  return block.mediaType?.startsWith('image/') === true;
}
