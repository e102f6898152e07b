import {
  type Composition,
  composeReply,
  type ReplyPart,
  type SpentTokens,
} from '../replies/compose-reply.ts';
import { countCachedTokens, countPromptTokens } from '../replies/count-tokens.ts';
import { decideReply } from '../replies/decide-reply.ts';
import { settleBlock, usualReasoning } from '../replies/plan-reply.ts';
import { type ChatRequest, readChatRequest } from '../replies/read-chat-request.ts';
import type { AnswerScript, ScriptedReply } from '../replies/scripted-reply.ts';
import type { RecordedRequest } from '../server/record-request.ts';
import type { JsonObject } from '../wire/read-json.ts';
import type { Dialect } from './dialect.ts';

/** A chat answer that is decided but not yet written in chunks or in one piece. */
export interface ChatAnswer {
  readonly dialect: Dialect;
  readonly request: ChatRequest;
  /** Unique per request; every made-up id comes from it. */
  readonly seed: string;
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  readonly serviceTier: string | undefined;
  readonly choices: readonly Iterator<ReplyPart>[];
  usage(spent: readonly SpentTokens[]): JsonObject;
  /** The choice's `logprobs` for this part; null unless they were asked for. */
  logprobs(part: ReplyPart | undefined): JsonObject | null;
}

interface Circumstances {
  readonly dialect: Dialect;
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  readonly created: number;
}

/** Tokens of hidden reasoning by effort. */
const effortTokens: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 0,
  low: 64,
  high: 256,
  xhigh: 512,
};
const usualEffortTokens = 128;

export function answerChat(
  recorded: RecordedRequest,
  body: JsonObject,
  { dialect, script, seed, created }: Circumstances,
): ChatAnswer {
  const request = readChatRequest(body);
  const replies = Array.from({ length: request.choices }, (_, choice) =>
    completeReply(script?.(recorded, choice), { request, dialect, choice }),
  );
  const prompt = countPromptTokens(request);
  const hiddenReasoning = dialect.reasoningField === undefined ? countHiddenReasoning(request, dialect) : 0;

  return {
    dialect,
    request,
    seed,
    id: dialect.makeId(seed),
    created,
    model: dialect.nameAnswer(request.model),
    serviceTier: dialect.name === 'openai' ? nameTier(request.serviceTier) : undefined,
    choices: replies.map((reply, choice) =>
      composeReply(
        forDialect(
          {
            request,
            reply,
            hiddenReasoning,
            makeToolCallId: (index) => dialect.makeToolCallId(`${seed} ${choice} ${index}`),
          },
          dialect,
        ),
      ),
    ),
    usage: (spent) => ({
      ...dialect.usage({
        prompt,
        cached: countCachedTokens(prompt),
        completion: spent.reduce((sum, tokens) => sum + tokens.completion, 0),
        reasoning: spent.reduce((sum, tokens) => sum + tokens.reasoning, 0),
      }),
      ...replies[0]?.usage,
    }),
    logprobs: (part) =>
      request.logprobs && part?.type === 'text-delta'
        ? { content: [tokenProbability(part.text)], refusal: null }
        : null,
  };
}

/** What the script left out, filled in. */
function completeReply(
  scripted: ScriptedReply | string | undefined,
  { request, dialect, choice }: { request: ChatRequest; dialect: Dialect; choice: number },
): ScriptedReply {
  const given = typeof scripted === 'string' ? { content: scripted } : scripted;
  const reply = settleBlock(given ?? decideReply(request, choice));
  const thinks = dialect.reasoningField !== undefined && dialect.reasoningModels.test(request.model);
  if (!thinks || reply.reasoning !== undefined) return reply;
  return { ...reply, reasoning: usualReasoning };
}

/** Where reasoning is not shown, its tokens are spent all the same. */
function forDialect(composition: Composition, dialect: Dialect): Composition {
  const { reasoning, ...reply } = composition.reply;
  if (dialect.reasoningField !== undefined || reasoning === undefined) return composition;
  return { ...composition, reply, hiddenReasoning: Math.ceil(reasoning.length / 4) };
}

function countHiddenReasoning(request: ChatRequest, dialect: Dialect): number {
  const effort = request.reasoningEffort;
  if (effort !== undefined) return effortTokens[effort] ?? usualEffortTokens;
  return dialect.reasoningModels.test(request.model) ? usualEffortTokens : 0;
}

function nameTier(asked: string | undefined): string {
  return asked === undefined || asked === 'auto' ? 'default' : asked;
}

export function tokenProbability(token: string): JsonObject {
  return { token, logprob: -0.01, bytes: [...Buffer.from(token)], top_logprobs: [] };
}
