import type { ReplyPart, SpentTokens } from '../../replies/compose-reply.ts';
import { planReply } from '../../replies/plan-reply.ts';
import type { PromptCache } from '../../replies/prompt-cache.ts';
import type { AnswerScript, ScriptedReply } from '../../replies/scripted-reply.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readString } from '../../wire/read-json.ts';
import { readThinking } from './check-thinking.ts';
import { claudeFacts, nameClaude } from './claude-facts.ts';
import { listPieces } from './list-pieces.ts';
import { readPrompt } from './read-prompt.ts';

/** A message that is decided but not yet written in events or in one piece. */
export interface MessageAnswer {
  readonly id: string;
  readonly model: string;
  /** Unique per request; every made-up signature comes from it. */
  readonly seed: string;
  readonly reply: ScriptedReply;
  readonly parts: Iterator<ReplyPart>;
  /** Thinking is signed and not shown. */
  readonly omitsThinking: boolean;
  usage(spent: SpentTokens): JsonObject;
  /** What was written to the cache by how long it is kept there. */
  readonly cacheCreation: JsonObject;
  /** Told the content once all of it is written; undefined where nobody wants to know. */
  readonly onEnd: ((content: readonly JsonObject[]) => void) | undefined;
}

interface Circumstances {
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  readonly cache: PromptCache;
  readonly betas: readonly string[];
  /** What ids begin with: `msg_01`, on Vertex AI `msg_vrtx_01`. */
  readonly idPrefix: string;
  readonly onEnd: ((id: string, content: readonly JsonObject[]) => void) | undefined;
}

export function answerMessage(
  recorded: RecordedRequest,
  body: JsonObject,
  { script, seed, cache, betas, idPrefix, onEnd }: Circumstances,
): MessageAnswer {
  const prompt = readPrompt(body);
  const facts = claudeFacts(prompt.model);
  const thinking = readThinking(body, facts);
  const isAfterTool = prompt.messages.at(-1)?.role === 'tool';
  const isInterleaved =
    thinking === 'adaptive' || betas.some((beta) => beta.startsWith('interleaved-thinking'));
  const { reply, parts } = planReply(prompt, {
    recorded,
    script,
    choice: 0,
    thinking: thinking === undefined ? 'never' : isAfterTool && !isInterleaved ? 'scripted' : 'always',
    makeToolCallId: (index) => `toolu_${idPrefix.slice('msg_'.length)}${wordOf(`${seed} ${index}`, 22)}`,
  });
  const counted = cache.count(listPieces(body));
  const display = isJsonObject(body.thinking) ? readString(body.thinking.display) : undefined;
  const id = `${idPrefix}${wordOf(seed, 22)}`;
  return {
    id,
    onEnd: onEnd === undefined ? undefined : (content) => onEnd(id, content),
    model: nameClaude(prompt.model),
    seed,
    reply,
    parts,
    omitsThinking: (display ?? (facts.omitsThinking ? 'omitted' : 'summarized')) === 'omitted',
    usage: (spent) => ({
      input_tokens: counted.fresh,
      cache_creation_input_tokens: counted.written['5m'] + counted.written['1h'],
      cache_read_input_tokens: counted.read,
      output_tokens: spent.completion,
      ...(spent.reasoning > 0 ? { output_tokens_details: { thinking_tokens: spent.reasoning } } : {}),
      ...reply.usage,
    }),
    cacheCreation: {
      ephemeral_5m_input_tokens: counted.written['5m'],
      ephemeral_1h_input_tokens: counted.written['1h'],
    },
  };
}
