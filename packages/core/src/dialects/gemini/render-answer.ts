import type { AnswerChoice, AnswerHead, ChatAnswer, ChatUsage } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, isEmpty } from '../shared/read.ts';
import { type CitedText, type PlacedCitation, renderGrounding } from './citations.ts';
import { renderServiceTier, renderUsage } from './convert-usage.ts';
import { renderLogprobs } from './logprobs.ts';
import { renderBlockReason, renderFinish } from './map-finish-reason.ts';
import { ownOf } from './own-extra.ts';
import { renderTime } from './parse-stream.ts';
import { renderParts } from './render-part.ts';

/** What an answer cannot say in Gemini's words has nobody to be told to. */
const unheard = (): void => undefined;

export function renderAnswer({ choices, usage, ...head }: ChatAnswer, context: AnswerContext): JsonObject {
  const told = choices.filter((choice) => !isBlocked(choice));
  const candidates = told.map((choice) => ({
    content: { role: 'model', parts: renderParts(choice.content, unheard) },
    ...renderEnd(choice, textsOf(choice), citationsOf(choice)),
  }));
  return renderResponse(candidates, { head, usage, context, blocked: choices.find(isBlocked) });
}

export interface ResponseFrame {
  readonly head: AnswerHead;
  readonly usage: ChatUsage | undefined;
  readonly context: AnswerContext;
  /** The choice that was refused before it was begun. */
  readonly blocked: Pick<AnswerChoice, 'finish'> | undefined;
}

export function renderResponse(
  candidates: readonly JsonObject[],
  { head, usage, context, blocked }: ResponseFrame,
): JsonObject {
  const { promptFeedback: _, ...extra } = ownOf(head.extra);
  const feedback = {
    ...ownOf(head.extra, 'promptFeedback'),
    ...(blocked === undefined ? {} : { blockReason: renderBlockReason(blocked.finish) }),
  };
  const metadata = {
    ...(usage === undefined ? {} : renderUsage(usage)),
    ...defined({ serviceTier: renderServiceTier(head.serviceTier) }),
  };
  return {
    ...(candidates.length === 0 ? {} : { candidates }),
    ...(isEmpty(feedback) ? {} : { promptFeedback: feedback }),
    ...(isEmpty(metadata) ? {} : { usageMetadata: metadata }),
    modelVersion: head.model ?? context.request.model,
    ...defined({ createTime: head.created === undefined ? undefined : renderTime(head.created) }),
    responseId: head.id ?? context.id,
    ...extra,
  };
}

/** What stands in a candidate beside its content, once it is over. */
export function renderEnd(
  choice: Omit<AnswerChoice, 'content'>,
  texts: readonly CitedText[],
  citations: readonly PlacedCitation[],
): JsonObject {
  const { finish, index, logprobs, extra } = choice;
  const own = ownOf(extra);
  // Gemini's own sources hold more than the citations made of them.
  const isTold = own.groundingMetadata !== undefined || own.citationMetadata !== undefined;
  return {
    ...renderFinish(finish),
    index,
    ...defined({
      groundingMetadata: isTold ? undefined : renderGrounding(texts, citations),
      logprobsResult: logprobs === undefined ? undefined : renderLogprobs(logprobs),
    }),
    ...own,
  };
}

/** There is nothing to put into a candidate. */
export function isBlocked({ finish, content }: Pick<AnswerChoice, 'finish' | 'content'>): boolean {
  return finish.reason === 'prompt-blocked' && content.length === 0;
}

function textsOf({ content }: AnswerChoice): readonly CitedText[] {
  return content.flatMap((block, at) =>
    block.type === 'text' || block.type === 'refusal' ? [{ block: at, text: block.text }] : [],
  );
}

function citationsOf({ content }: AnswerChoice): readonly PlacedCitation[] {
  return content.flatMap((block, at) =>
    block.type === 'text' ? (block.citations ?? []).map((citation) => ({ block: at, citation })) : [],
  );
}
