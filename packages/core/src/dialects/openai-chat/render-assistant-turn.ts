import type { AssistantBlock, AssistantMessage, ReasoningBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { listOf, present } from '../shared/read.ts';
import { renderMedia } from './convert-media.ts';
import { fitCallId } from './fit-call-id.ts';
import { ownOf } from './own-extra.ts';
import { renderOpaqueDetail, renderReasoningDetail } from './reasoning-details.ts';
import { renderCall } from './render-call.ts';
import { renderParts, type Writing } from './render-parts.ts';

/** An earlier turn of the model's, for an upstream: other providers' signatures are withheld. */
export function renderAssistantTurn(message: AssistantMessage, writing: Writing): JsonObject {
  const { quirks, drops } = writing;
  const { content } = message;
  const reasoning = content.filter((block) => block.type === 'reasoning');
  const refusal = content.flatMap((block) => (block.type === 'refusal' ? [block.text] : [])).join('');
  const calls = content.flatMap((block) =>
    block.type === 'tool-call'
      ? [{ ...renderCall(block, quirks.customTools), id: fitCallId(block.id, quirks.callIds) }]
      : [],
  );
  const unknown = listOf(ownOf(message.extra)['tool_calls']);
  if (content.some(({ type, cache }) => type === 'tool-call' && cache !== undefined))
    drops.add('messages.cache_control');
  const pieces = content.filter((block) => block.type === 'text' || block.type === 'foreign');
  const body = renderParts(pieces, writing);
  const hasMore = calls.length + unknown.length > 0 || refusal !== '';
  return {
    role: 'assistant',
    content: renderThinkingInto(reasoning, pieces.length === 0 && hasMore ? null : body, writing),
    ...(refusal === '' ? {} : { refusal }),
    ...renderReasoning(reasoning, writing),
    ...renderDetails(content, writing),
    ...renderImages(content, writing),
    ...(calls.length + unknown.length === 0 ? {} : { tool_calls: [...calls, ...unknown] }),
  };
}

/** Text that is signed by another can be shown; what is only a signature cannot. */
function isShown(block: ReasoningBlock): boolean {
  return block.text !== '';
}

function renderReasoning(blocks: readonly ReasoningBlock[], { quirks }: Writing): JsonObject {
  const field = quirks.reasoningHistory;
  const text = blocks.map((block) => block.text).join('');
  if (field === 'none' || field === 'thinking') return {};
  return text === '' && !quirks.needsReasoning ? {} : { [field]: text };
}

/** Mistral's form: parts of the content. */
function renderThinkingInto(
  blocks: readonly ReasoningBlock[],
  content: ReturnType<typeof renderParts> | null,
  { quirks }: Writing,
): ReturnType<typeof renderParts> | null {
  if (quirks.reasoningHistory !== 'thinking' || !blocks.some(isShown)) return content;
  const thinking = blocks.filter(isShown).map((block) => ({
    type: 'thinking',
    thinking: [{ type: 'text', text: block.text }],
    ...(block.signature?.dialect === 'openai-chat' ? { signature: block.signature.value } : {}),
  }));
  if (content === null || content === '') return thinking;
  return [...thinking, ...(typeof content === 'string' ? [{ type: 'text', text: content }] : content)];
}

function renderDetails(content: readonly AssistantBlock[], { quirks }: Writing): JsonObject {
  if (!quirks.reasoningDetails) return {};
  const blocks = content.filter((block) => block.type === 'reasoning');
  const ofReasoning = blocks.map((block, index): JsonObject | undefined => {
    // The border to the next block would be lost.
    const isBorder = index < blocks.length - 1 && isShown(block);
    if (block.signature === undefined)
      return (
        renderReasoningDetail(block) ?? (isBorder ? { type: 'reasoning.text', text: block.text } : undefined)
      );
    return block.signature.dialect === 'openai-chat' ? renderReasoningDetail(block) : undefined;
  });
  const ofCalls = content.flatMap((block) =>
    block.type === 'tool-call' && block.signature?.dialect === 'openai-chat'
      ? [renderOpaqueDetail({ signature: block.signature }, { id: fitCallId(block.id, quirks.callIds) })]
      : [],
  );
  const details = [...present(ofReasoning), ...ofCalls];
  return details.length === 0 ? {} : { reasoning_details: details };
}

/** Pictures that the model made: most members do not take them back. */
function renderImages(content: readonly AssistantBlock[], { quirks, drops }: Writing): JsonObject {
  const media = content.filter((block) => block.type === 'media');
  if (media.length === 0) return {};
  if (!quirks.assistantImages) {
    drops.add('messages.images');
    return {};
  }
  return { images: present(media.map((block) => renderMedia(block, quirks.documentUrls))) };
}
