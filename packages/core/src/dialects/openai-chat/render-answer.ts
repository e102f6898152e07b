import type { AnswerChoice, ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { objectOf } from '../shared/read.ts';
import { renderLogprobs } from './convert-logprobs.ts';
import { renderUsage } from './convert-usage.ts';
import { renderFinish } from './map-finish-reason.ts';
import { ownOf } from './own-extra.ts';
import { renderHead, wantsFunctionCall } from './render-head.ts';
import { renderMessage } from './render-message.ts';

/** A whole answer for a caller of Chat Completions. */
export function renderAnswer({ choices, usage, ...head }: ChatAnswer, context: AnswerContext): JsonObject {
  return {
    ...renderHead(head, context, 'chat.completion'),
    choices: choices.map((choice) => renderChoice(choice, context)),
    ...(usage === undefined ? {} : { usage: renderUsage(usage) }),
  };
}

function renderChoice(
  { index, content, finish, logprobs, extra }: AnswerChoice,
  context: AnswerContext,
): JsonObject {
  const { message, logprobs: otherLogprobs, ...own } = ownOf(extra);
  const ending = renderFinish(finish, {
    hasToolCalls: content.some((block) => block.type === 'tool-call'),
    hasRefusal: content.some((block) => block.type === 'refusal'),
  });
  return {
    index,
    message: renderMessage(content, objectOf(message) ?? {}, context),
    logprobs: renderAllLogprobs(logprobs, objectOf(otherLogprobs)),
    ...asFunctionCall(ending, context),
    ...own,
  };
}

function renderAllLogprobs(
  tokens: AnswerChoice['logprobs'],
  others: JsonObject | undefined,
): JsonObject | null {
  if (tokens === undefined) return others ?? null;
  return { content: renderLogprobs(tokens), refusal: null, ...others };
}

/** Callers of the old form know no `tool_calls`. */
export function asFunctionCall(ending: JsonObject, context: AnswerContext): JsonObject {
  return ending['finish_reason'] === 'tool_calls' && wantsFunctionCall(context)
    ? { ...ending, finish_reason: 'function_call' }
    : ending;
}
