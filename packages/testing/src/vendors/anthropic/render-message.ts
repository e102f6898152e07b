import type { SpentTokens } from '../../replies/compose-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { MessageAnswer } from './answer-message.ts';
import { collectContent } from './collect-content.ts';
import { playBlocks } from './play-blocks.ts';
import { renderStop } from './render-stop.ts';

/** The body of a message that is not streamed. */
export function renderMessage(answer: MessageAnswer): JsonObject {
  const collector = collectContent();
  let stop: JsonObject = {};
  let spent: SpentTokens = { completion: 0, reasoning: 0 };
  for (const step of playBlocks(answer)) {
    collector.add(step);
    if (step.type === 'finish') {
      stop = renderStop(answer.reply, step.part);
      spent = step.part.tokens;
    }
  }
  const content = collector.content();
  answer.onEnd?.(content);
  return {
    model: answer.model,
    id: answer.id,
    type: 'message',
    role: 'assistant',
    content,
    ...stop,
    usage: renderUsage(answer, spent),
  };
}

/** The full usage, as whole answers and the first event of a stream have it. */
export function renderUsage(answer: MessageAnswer, spent: SpentTokens): JsonObject {
  return {
    cache_creation: answer.cacheCreation,
    service_tier: 'standard',
    inference_geo: 'not_available',
    ...answer.usage(spent),
  };
}
