import type { SpentTokens } from '../../replies/compose-reply.ts';
import { type PlannedReply, planReply } from '../../replies/plan-reply.ts';
import type { PromptCache } from '../../replies/prompt-cache.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { readThinking } from '../anthropic/check-thinking.ts';
import { claudeFacts } from '../anthropic/claude-facts.ts';
import { listPieces } from './list-pieces.ts';
import { type ModelFacts, modelFacts } from './model-facts.ts';
import { readFields, readPrompt } from './read-converse.ts';

/** An answer that is decided but not yet written in events or in one piece. */
export interface ConverseAnswer {
  readonly facts: ModelFacts;
  /** Unique per request; every made-up signature comes from it. */
  readonly seed: string;
  readonly planned: PlannedReply;
  /** Thinking is signed and not shown. */
  readonly omitsThinking: boolean;
  usage(spent: SpentTokens): JsonObject;
}

interface Circumstances {
  readonly model: string;
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  readonly cache: PromptCache;
}

export function answerConverse(
  recorded: RecordedRequest,
  body: JsonObject,
  { model, script, seed, cache }: Circumstances,
): ConverseAnswer {
  const facts = modelFacts(model);
  const prompt = readPrompt(body, model);
  const fields = readFields(body);
  const planned = planReply(prompt, {
    recorded,
    script,
    choice: 0,
    thinking: planThinking(fields, model, prompt.messages.at(-1)?.role === 'tool'),
    makeToolCallId: (index) => `tooluse_${wordOf(`${seed} ${index}`, 22)}`,
  });
  const counted = cache.count(listPieces(body));
  const written = counted.written['5m'] + counted.written['1h'];
  const display = isJsonObject(fields.thinking) ? readString(fields.thinking.display) : undefined;
  const omits = facts.isClaude && claudeFacts(model).omitsThinking;
  return {
    facts,
    seed,
    planned,
    omitsThinking: (display ?? (omits ? 'omitted' : 'summarized')) === 'omitted',
    usage: (spent) => ({
      inputTokens: counted.fresh,
      outputTokens: spent.completion,
      totalTokens: counted.fresh + counted.read + written + spent.completion,
      ...(facts.takesCachePoints
        ? {
            cacheReadInputTokens: counted.read,
            cacheReadInputTokenCount: counted.read,
            cacheWriteInputTokens: written,
            cacheWriteInputTokenCount: written,
          }
        : {}),
      ...(written > 0 ? { cacheDetails: listDetails(counted.written) } : {}),
      serverToolUsage: {},
      ...planned.reply.usage,
    }),
  };
}

/** Claude thinks where it is told to, and not again between tools unless it decides that itself. Others show what a script has. */
function planThinking(
  fields: JsonObject,
  model: string,
  isAfterTool: boolean,
): 'always' | 'scripted' | 'never' {
  const facts = modelFacts(model);
  if (!facts.isClaude) return facts.alwaysReasons ? 'always' : 'scripted';
  const thinking = readThinking(fields, claudeFacts(model));
  if (thinking === undefined) return 'never';
  return thinking === 'enabled' && isAfterTool ? 'scripted' : 'always';
}

function listDetails(written: Readonly<Record<'5m' | '1h', number>>): readonly JsonObject[] {
  return Object.entries(written)
    .filter(([, inputTokens]) => inputTokens > 0)
    .map(([ttl, inputTokens]) => ({ ttl, inputTokens }));
}
