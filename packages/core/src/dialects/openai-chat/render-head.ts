import type { AnswerHead } from '../../protocol/chat-answer.ts';
import type { AnswerContext } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { ownOf } from './own-extra.ts';

/** What every answer, and every chunk of one, begins with. The model is called what the caller called it. */
export function renderHead(head: AnswerHead, context: AnswerContext, object: string): JsonObject {
  return {
    id: idFor(head, context),
    object,
    created: head.created ?? context.now,
    model: context.request.model,
    ...(head.serviceTier === undefined ? {} : { service_tier: head.serviceTier }),
    ...ownOf(head.extra),
  };
}

/** An id of another vendor's would look strange here. */
function idFor({ id, extra }: AnswerHead, context: AnswerContext): string {
  const isOwn = id !== undefined && (id.startsWith('chatcmpl-') || extra?.['openai-chat'] !== undefined);
  return isOwn ? id : `chatcmpl-${context.id}`;
}

/** The caller speaks of `functions`, and looks for the call where it was before there were tools. */
export function wantsFunctionCall({ request }: AnswerContext): boolean {
  return ownOf(request.extra)['functions'] === true;
}
