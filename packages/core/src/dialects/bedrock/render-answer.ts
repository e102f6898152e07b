import type { AnswerChoice, AnswerHead, ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { objectOf, optional } from '../shared/read.ts';
import { isToldCitation, renderCitation } from './convert-citation.ts';
import { renderMedia } from './convert-media.ts';
import { renderUsage } from './convert-usage.ts';
import { renderStopReason } from './map-finish-reason.ts';
import { ownOf } from './own-extra.ts';
import { renderReasoningBlock, renderToolUse } from './render-content.ts';

/** The answer of Converse, which can say one choice: the first. */
export function renderAnswer(answer: ChatAnswer): JsonObject {
  const choice = answer.choices.toSorted((a, b) => a.index - b.index)[0];
  const { additionalModelResponseFields: _, ...message } = ownOf(choice?.extra);
  return {
    ...renderHead(answer),
    output: {
      message: { ...message, role: 'assistant', content: choice?.content.flatMap(renderBlock) ?? [] },
    },
    ...renderEnd(choice ?? { finish: { reason: 'other' } }),
    ...optional('usage', answer.usage && renderUsage(answer.usage)),
  };
}

/** Clients read `metrics.latencyMs` without looking; where it is not known it is 0. */
export function renderHead({ serviceTier, extra }: AnswerHead): JsonObject {
  return {
    metrics: { latencyMs: 0 },
    ...ownOf(extra),
    ...optional('serviceTier', serviceTier === undefined ? undefined : { type: serviceTier }),
  };
}

export function renderEnd({ finish, extra }: Pick<AnswerChoice, 'finish' | 'extra'>): JsonObject {
  const own = ownOf(extra)['additionalModelResponseFields'];
  const fields = finish.sequence === undefined ? own : { ...objectOf(own), stop_sequence: finish.sequence };
  return {
    stopReason: renderStopReason(finish),
    ...optional('additionalModelResponseFields', fields),
  };
}

function renderBlock(block: AssistantBlock): JsonObject[] {
  switch (block.type) {
    case 'text': {
      const { text } = block;
      const citations = (block.citations ?? []).filter(isToldCitation).map(renderCitation);
      return citations.length === 0 ? [{ text }] : [{ citationsContent: { content: [{ text }], citations } }];
    }
    case 'refusal':
      return [{ text: block.text }];
    case 'reasoning':
      return renderReasoningBlock(block, false);
    case 'tool-call':
      return [renderToolUse(block)];
    case 'media': {
      const media = renderMedia(block, block.name ?? 'document');
      return typeof media === 'string' ? [] : [media];
    }
    default:
      return block.dialect === 'bedrock' ? [block.value] : [];
  }
}
