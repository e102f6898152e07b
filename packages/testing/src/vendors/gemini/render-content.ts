import type { SpentTokens } from '../../replies/compose-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { ContentAnswer } from './answer-content.ts';
import { playParts } from './play-parts.ts';
import { renderFinish } from './render-finish.ts';
import { renderLogprobs } from './render-logprobs.ts';

/** The body of an answer that is not streamed. */
export function renderContent(answer: ContentAnswer): JsonObject {
  const blocked = renderBlocked(answer);
  if (blocked !== undefined) return blocked;
  const spent: SpentTokens[] = [];
  const candidates = answer.choices.map((choice, index) => {
    const parts: JsonObject[] = [];
    let finish: JsonObject = {};
    for (const step of playParts(choice, answer, index)) {
      if (step.part !== undefined) addPart(parts, step.part);
      if (step.finish === undefined) continue;
      finish = renderFinish(choice.reply, step.finish);
      spent.push(step.finish.tokens);
    }
    const logprobs = answer.wantsLogprobs ? renderLogprobs(parts) : {};
    return {
      ...(parts.length === 0 ? {} : { content: { parts, role: 'model' } }),
      ...finish,
      index,
      ...logprobs,
    };
  });
  return { candidates, usageMetadata: answer.usage(spent), ...renderHead(answer) };
}

/** Thoughts are one part, text is one part. A signature that ends a stream is on the text itself here. */
function addPart(parts: JsonObject[], part: JsonObject): void {
  const last = parts.at(-1);
  const isMore =
    typeof part.text === 'string' && typeof last?.text === 'string' && part.thought === last.thought;
  if (isMore && last !== undefined) {
    parts[parts.length - 1] = { ...last, ...part, text: `${String(last.text)}${String(part.text)}` };
  } else if (part.text !== '') {
    parts.push(part);
  }
}

/** A prompt that is refused has no candidates; undefined where it is not. */
export function renderBlocked(answer: ContentAnswer): JsonObject | undefined {
  const blockReason = answer.choices[0]?.reply.blockedPrompt;
  if (blockReason === undefined) return undefined;
  const { promptTokenCount, promptTokensDetails } = answer.usage([]);
  return {
    promptFeedback: { blockReason },
    usageMetadata: { promptTokenCount, totalTokenCount: promptTokenCount, promptTokensDetails },
    ...renderHead(answer),
  };
}

export function renderHead({
  place,
  model,
  responseId,
  createdAt,
}: Pick<ContentAnswer, 'place' | 'model' | 'responseId' | 'createdAt'>): JsonObject {
  return {
    modelVersion: model,
    ...(place === 'vertex' ? { createTime: new Date(createdAt).toISOString() } : {}),
    responseId,
  };
}
