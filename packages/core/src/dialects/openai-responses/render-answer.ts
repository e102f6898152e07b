import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderUsage } from './convert-usage.ts';
import { renderFinish } from './map-finish-reason.ts';
import { renderOutput } from './render-output.ts';
import { echoRequest, renderResponse } from './render-response.ts';

/** The first choice only: this API has no others. */
export function renderAnswer(answer: ChatAnswer, context: AnswerContext): JsonObject {
  const { choices, usage, ...head } = answer;
  const { content = [], finish = { reason: 'other' }, logprobs = [] } = choices[0] ?? {};
  const hasRefusal = content.some(({ type }) => type === 'refusal');
  const ending = renderFinish(finish, hasRefusal);
  const isCut = ending.status === 'incomplete';
  return renderResponse(
    head,
    { context, echo: echoRequest(context) },
    {
      ...ending,
      output: renderOutput(content, { answerId: context.id, logprobs, isCut }),
      usage: usage && renderUsage(usage),
    },
  );
}
