import type { AnswerChoice, AnswerHead, ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderCitation } from './convert-citation.ts';
import { renderMedia } from './convert-media.ts';
import { renderUsage } from './convert-usage.ts';
import { renderStopReason } from './map-finish-reason.ts';
import { given, objectOf } from './read.ts';
import { renderReasoningBlock, renderToolUse } from './render-content.ts';

/** The answer of Converse, which can say one choice: the first. */
export function renderAnswer(answer: ChatAnswer): JsonObject {
  const choice = answer.choices.toSorted((a, b) => a.index - b.index)[0];
  const { additionalModelResponseFields: _, ...message } = choice?.extra?.bedrock ?? {};
  return {
    ...renderHead(answer),
    output: {
      message: { ...message, role: 'assistant', content: choice?.content.flatMap(renderBlock) ?? [] },
    },
    ...renderEnd(choice ?? { finish: { reason: 'other' } }),
    ...given('usage', answer.usage && renderUsage(answer.usage)),
  };
}

/** Clients read `metrics.latencyMs` without looking; where it is not known it is 0. */
export function renderHead({ serviceTier, extra }: AnswerHead): JsonObject {
  return {
    metrics: { latencyMs: 0 },
    ...extra?.bedrock,
    ...given('serviceTier', serviceTier === undefined ? undefined : { type: serviceTier }),
  };
}

export function renderEnd({ finish, extra }: Pick<AnswerChoice, 'finish' | 'extra'>): JsonObject {
  const own = extra?.bedrock?.['additionalModelResponseFields'];
  const fields = finish.sequence === undefined ? own : { ...objectOf(own), stop_sequence: finish.sequence };
  return {
    stopReason: renderStopReason(finish),
    ...given('additionalModelResponseFields', fields),
  };
}

function renderBlock(block: AssistantBlock): JsonObject[] {
  switch (block.type) {
    case 'text': {
      const { text, citations = [] } = block;
      if (citations.length === 0) return [{ text }];
      return [{ citationsContent: { content: [{ text }], citations: citations.map(renderCitation) } }];
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
