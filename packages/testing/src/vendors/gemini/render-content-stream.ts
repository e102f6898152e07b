import type { SpentTokens } from '../../replies/compose-reply.ts';
import type { PlannedReply } from '../../replies/plan-reply.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import type { ContentAnswer } from './answer-content.ts';
import { type PartStep, playParts } from './play-parts.ts';
import { renderBlocked, renderHead } from './render-content.ts';
import { renderFinish } from './render-finish.ts';
import { renderLogprobs } from './render-logprobs.ts';

/** The chunks of a streamed answer. Candidates take turns. Nothing is made before it is read. */
export function* renderContentStream(answer: ContentAnswer): Generator<JsonObject> {
  const blocked = renderBlocked(answer);
  if (blocked !== undefined) {
    yield blocked;
    return;
  }
  const spent = answer.choices.map((): SpentTokens => ({ completion: 0, reasoning: 0 }));
  let players = answer.choices.map((choice, index) => ({
    choice,
    index,
    steps: playParts(choice, answer, index),
  }));
  while (players.length > 0) {
    const playing: typeof players = [];
    for (const player of players) {
      const next = player.steps.next();
      if (next.done === true) continue;
      playing.push(player);
      const step = next.value;
      spent[player.index] = countStep(spent[player.index], step);
      yield {
        candidates: [renderCandidate(player, step, answer)],
        usageMetadata: answer.usage(spent),
        ...renderHead(answer),
      };
    }
    players = playing;
  }
}

/** One token a part, until the end tells the true figures. */
function countStep(before: SpentTokens = { completion: 0, reasoning: 0 }, step: PartStep): SpentTokens {
  if (step.finish !== undefined) return step.finish.tokens;
  const reasoning = step.part?.thought === true ? 1 : 0;
  return { completion: before.completion + 1, reasoning: before.reasoning + reasoning };
}

function renderCandidate(
  { choice, index }: { readonly choice: PlannedReply; readonly index: number },
  { part, finish }: PartStep,
  answer: ContentAnswer,
): JsonObject {
  return {
    ...(part === undefined ? {} : { content: { parts: [part], role: 'model' } }),
    ...(finish === undefined ? {} : renderFinish(choice.reply, finish)),
    index,
    ...(answer.wantsLogprobs && part !== undefined ? renderLogprobs([part]) : {}),
  };
}
