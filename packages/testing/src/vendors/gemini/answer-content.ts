import type { SpentTokens } from '../../replies/compose-reply.ts';
import { countCachedTokens } from '../../replies/count-tokens.ts';
import { type PlannedReply, planReply } from '../../replies/plan-reply.ts';
import type { Prompt } from '../../replies/prompt.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readList, readNumber } from '../../wire/read-json.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { audioSeconds, countByModality, countRequest } from './count-content.ts';
import { type GeminiFacts, geminiFacts } from './gemini-facts.ts';
import { readPrompt } from './read-prompt.ts';
import type { Place } from './request-shape.ts';

/** An answer that is decided but not yet written in chunks or in one piece. */
export interface ContentAnswer {
  readonly place: Place;
  readonly model: string;
  readonly responseId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Unique per request; every made-up signature comes from it. */
  readonly seed: string;
  readonly facts: GeminiFacts;
  readonly choices: readonly PlannedReply[];
  readonly isThinking: boolean;
  readonly wantsLogprobs: boolean;
  /** Vertex AI sends calls in pieces if the caller wants it. */
  readonly streamsArguments: boolean;
  usage(spent: readonly SpentTokens[]): JsonObject;
}

interface Circumstances {
  readonly place: Place;
  readonly model: string;
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  readonly now: number;
  readonly isStream: boolean;
}

/** Tokens of thinking that is not shown. */
const hiddenTokens = 128;

export function answerContent(
  recorded: RecordedRequest,
  body: JsonObject,
  { place, model, script, seed, now, isStream }: Circumstances,
): ContentAnswer {
  const prompt = readPrompt(body, model);
  const facts = geminiFacts(model);
  const config = isJsonObject(body.generationConfig) ? body.generationConfig : {};
  const thinkingConfig = isJsonObject(config.thinkingConfig) ? config.thinkingConfig : {};
  const isThinking = facts.thinking !== 'none' && thinkingConfig.thinkingBudget !== 0;
  const promptTokens = countRequest(body);
  const cached = countCachedTokens(promptTokens);
  const choices = Array.from({ length: readNumber(config.candidateCount) ?? 1 }, (_item, choice) =>
    planReply(prompt, {
      recorded,
      script: withHearing(script, prompt, body),
      choice,
      thinking: !isThinking ? 'never' : thinkingConfig.includeThoughts === true ? 'always' : 'hidden',
      hiddenReasoning: hiddenTokens,
      makeToolCallId: () => '',
    }),
  );
  return {
    place,
    model,
    responseId: wordOf(seed, 22),
    createdAt: now,
    seed,
    facts,
    choices,
    isThinking,
    wantsLogprobs: config.responseLogprobs === true,
    streamsArguments: isStream && place === 'vertex' && wantsPieces(body),
    usage: (spent) => {
      const reasoning = spent.reduce((sum, tokens) => sum + tokens.reasoning, 0);
      const candidates = spent.reduce((sum, tokens) => sum + tokens.completion, 0) - reasoning;
      return {
        ...withoutUndefined({
          promptTokenCount: promptTokens,
          candidatesTokenCount: candidates > 0 ? candidates : undefined,
          totalTokenCount: promptTokens + candidates + reasoning,
          cachedContentTokenCount: cached > 0 ? cached : undefined,
          promptTokensDetails: countByModality(body),
          cacheTokensDetails: cached > 0 ? [{ modality: 'TEXT', tokenCount: cached }] : undefined,
          thoughtsTokenCount: reasoning > 0 ? reasoning : undefined,
          ...(place === 'vertex' ? { trafficType: 'ON_DEMAND' } : { serviceTier: 'standard' }),
        }),
        ...choices[0]?.reply.usage,
      };
    },
  };
}

/** Of a recording is told how long it is, unless the script or a format has other words for it. */
function withHearing(
  script: AnswerScript | undefined,
  { format, tools }: Prompt,
  { contents }: JsonObject,
): AnswerScript | undefined {
  const [seconds] = readList(contents)
    .filter(isJsonObject)
    .flatMap(({ parts }) => readList(parts).filter(isJsonObject))
    .flatMap((part) => audioSeconds(part) ?? []);
  if (seconds === undefined || format.type !== 'text' || tools.length > 0) return script;
  return (recorded, choice) => script?.(recorded, choice) ?? `A recording of ${seconds.toFixed(1)} seconds.`;
}

function wantsPieces({ toolConfig }: JsonObject): boolean {
  const config = isJsonObject(toolConfig) ? toolConfig.functionCallingConfig : undefined;
  return isJsonObject(config) && config.streamFunctionCallArguments === true;
}
