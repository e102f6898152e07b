import type { SpentTokens } from '../../replies/compose-reply.ts';
import { countCachedTokens, countPromptTokens } from '../../replies/count-tokens.ts';
import { type PlannedReply, planReply } from '../../replies/plan-reply.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { hexOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';
import type { Dialect } from '../dialect.ts';
import { readPrompt } from './read-prompt.ts';
import { renderHead } from './render-head.ts';

/** A response that is decided but not yet written in events or in one piece. */
export interface ResponseAnswer {
  readonly id: string;
  /** Unique per request; every made-up id comes from it. */
  readonly seed: string;
  readonly planned: PlannedReply;
  /** Names of the tools that take plain text. */
  readonly customTools: ReadonlySet<string>;
  readonly reasoning: ReasoningHabits;
  readonly wantsLogprobs: boolean;
  readonly wantsObfuscation: boolean;
  readonly isBackground: boolean;
  /** The fields of the response that do not change. */
  readonly head: JsonObject;
  usage(spent: SpentTokens): JsonObject;
}

export interface ReasoningHabits {
  /** There are reasoning items. */
  readonly isOn: boolean;
  readonly showsSummary: boolean;
  readonly isEncrypted: boolean;
}

interface Circumstances {
  readonly dialect: Dialect;
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The whole conversation. */
  readonly items: readonly JsonObject[];
}

/** Tokens of reasoning whose summary was not asked for. */
const hiddenTokens = 128;

export function answerResponse(
  recorded: RecordedRequest,
  body: JsonObject,
  { dialect, script, seed, created, items }: Circumstances,
): ResponseAnswer {
  const prompt = readPrompt(body, items);
  const id = `resp_${hexOf(`${seed} response`, 50)}`;
  const options = isJsonObject(body.reasoning) ? body.reasoning : {};
  const isOn = reasons(prompt.model, readString(options.effort), dialect);
  const showsSummary = isOn && (options.summary ?? options.generate_summary ?? null) !== null;
  const include = readList(body.include);
  const input = countPromptTokens(prompt);
  const planned = planReply(prompt, {
    recorded,
    script,
    choice: 0,
    thinking: !isOn ? 'never' : showsSummary ? 'always' : 'hidden',
    hiddenReasoning: hiddenTokens,
    makeToolCallId: (index) => dialect.makeToolCallId(`${seed} ${index}`),
  });
  return {
    id,
    seed,
    planned,
    customTools: new Set(
      prompt.tools.filter(({ parameters }) => parameters === undefined).map(({ name }) => name),
    ),
    reasoning: { isOn, showsSummary, isEncrypted: include.includes('reasoning.encrypted_content') },
    wantsLogprobs: include.includes('message.output_text.logprobs'),
    wantsObfuscation: !isJsonObject(body.stream_options) || body.stream_options.include_obfuscation !== false,
    isBackground: body.background === true,
    head: renderHead(body, { id, created, model: dialect.nameAnswer(prompt.model) }),
    usage: (spent) => ({
      input_tokens: input,
      input_tokens_details: { cached_tokens: countCachedTokens(input), cache_write_tokens: 0 },
      output_tokens: spent.completion,
      output_tokens_details: { reasoning_tokens: spent.reasoning },
      total_tokens: input + spent.completion,
      ...planned.reply.usage,
    }),
  };
}

/** Models that can reason; some do so unasked. */
export function canReason(model: string): boolean {
  return /^(o\d|gpt-5)/.test(model);
}

function reasons(model: string, effort: string | undefined, dialect: Dialect): boolean {
  if (!canReason(dialect.nameAnswer(model))) return false;
  if (effort === undefined) return dialect.reasoningModels.test(dialect.nameAnswer(model));
  return effort !== 'none';
}
