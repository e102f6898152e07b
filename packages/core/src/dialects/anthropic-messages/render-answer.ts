import type { AnswerChoice, ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { AssistantBlock, TextBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectDrops } from '../shared/collect-drops.ts';
import { defined } from '../shared/read.ts';
import { isToldCitation, renderCitation } from './convert-citation.ts';
import { renderMedia } from './convert-media.ts';
import { renderToolCall } from './convert-tool-call.ts';
import { renderUsage } from './convert-usage.ts';
import { renderFinish } from './map-finish-reason.ts';
import { ownOf } from './own-extra.ts';
import { renderReasoningBlock } from './render-blocks.ts';

export function renderAnswer(answer: ChatAnswer, context: AnswerContext): JsonObject {
  const choice: AnswerChoice = answer.choices[0] ?? { index: 0, content: [], finish: { reason: 'other' } };
  const content = choice.content.map(renderAnswerBlock).filter((block) => block !== undefined);
  const hasCalls = choice.content.some(({ type }) => type === 'tool-call');
  return {
    ...renderHead(answer, context),
    content,
    ...renderFinish(choice.finish, hasCalls),
    usage: { ...renderUsage(answer.usage), ...renderAnswerTier(answer.serviceTier) },
    ...ownOf(answer.extra),
  };
}

/** Other vendors' ids are not of Anthropic's form, and mean nothing to its callers. */
export function renderHead(
  { id, model }: ChatAnswer | Omit<ChatAnswer, 'choices'>,
  context: AnswerContext,
): JsonObject {
  return {
    id: id?.startsWith('msg_') ? id : `msg_${context.id}`,
    type: 'message',
    role: 'assistant',
    model: model ?? context.request.model,
  };
}

export function renderAnswerTier(tier: string | undefined): JsonObject {
  return defined({ service_tier: tier === 'default' ? 'standard' : tier });
}

/** Undefined for reasoning of which nothing can be shown. */
function renderAnswerBlock(block: AssistantBlock): JsonObject | undefined {
  switch (block.type) {
    case 'text':
      return renderAnswerText(block);
    case 'refusal':
      return { type: 'text', text: block.text };
    case 'reasoning': {
      const signature = block.signature?.dialect === 'anthropic-messages' ? block.signature.value : '';
      return signature === '' && (block.isRedacted === true || block.text === '')
        ? undefined
        : renderReasoningBlock(block, signature);
    }
    case 'tool-call':
      return renderToolCall(block, block.id);
    default:
      return renderWholeBlock(block);
  }
}

/** A picture is shown as in a request: Anthropic's models do not draw, but its SDKs keep what they do not know. */
export function renderWholeBlock(
  block: Extract<AssistantBlock, { type: 'media' | 'foreign' }>,
): JsonObject | undefined {
  if (block.type === 'media') return renderMedia(block, collectDrops('anthropic-messages'));
  return block.dialect === 'anthropic-messages' ? block.value : undefined;
}

function renderAnswerText({ text, citations = [], extra }: TextBlock): JsonObject {
  const told = citations.filter(isToldCitation).map(renderCitation);
  return {
    type: 'text',
    text,
    ...(told.length === 0 ? {} : { citations: told }),
    ...ownOf(extra),
  };
}
