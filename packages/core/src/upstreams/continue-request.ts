import { modelFacts } from '../dialects/anthropic-messages/model-facts.ts';
import { familyOf } from '../dialects/bedrock/model-family.ts';
import { estimateTokens } from '../dialects/estimate-tokens.ts';
import type { Dialect } from '../protocol/call.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import type { Message } from '../protocol/content.ts';
import type { Telling } from '../protocol/telling.ts';
import type { Upstream } from './upstream.ts';

/** Who is to go on. */
export interface Successor {
  readonly dialect: Dialect;
  readonly upstream: Pick<Upstream, 'quirks'>;
  readonly model: string;
}

/** What a model is told that cannot be handed the beginning of its answer as its own. */
const instruction =
  'Your answer above was cut off in transmission. Continue it from exactly the character where it ends, ' +
  'in the middle of a word if need be. Do not repeat anything of it, do not comment on the interruption, ' +
  'and write nothing but the continuation.';

/** Formats whose vendors refuse words of the model's that end in white space. */
const trimming: ReadonlySet<Dialect> = new Set(['anthropic-messages', 'bedrock']);

/**
 * The same question with the beginning of its answer: as words of the model's own where its vendor lets it go on from
 * them, else with the instruction to. What the answer may still be long is what is left of it.
 */
export function continueRequest(request: ChatRequest, telling: Telling, successor: Successor): ChatRequest {
  const { said } = telling;
  const isOwn = goesOnByItself(request, successor);
  // https://docs.mistral.ai/capabilities/completion/usage: the answer begins with the prefix.
  telling.isEchoed =
    isOwn && successor.dialect === 'openai-chat' && successor.upstream.quirks.continues === 'prefix';
  telling.seam = isOwn && trimming.has(successor.dialect) ? said.slice(said.trimEnd().length) : '';
  const begun: Message = { role: 'assistant', content: [{ type: 'text', text: said.toWellFormed() }] };
  const told: Message = { role: 'user', content: [{ type: 'text', text: instruction }] };
  const { store: _, maxTokens, ...others } = request;
  // A part of an answer is not one that anybody would ask for again.
  const rest = successor.dialect === 'openai-responses' ? { ...others, store: false } : others;
  const messages = [...request.messages, begun, ...(isOwn ? [] : [told])];
  if (maxTokens === undefined) return { ...rest, messages };
  const written = estimateTokens({ ...rest, messages: [begun], tools: [] }).input;
  return { ...rest, messages, maxTokens: Math.max(1, maxTokens - written) };
}

/** Whether a conversation may end with the model's own words, from which it goes on. None does that while it thinks first. */
function goesOnByItself({ reasoning }: ChatRequest, { dialect, upstream, model }: Successor): boolean {
  const { effort, budget } = reasoning ?? {};
  const isTold = reasoning !== undefined && effort !== 'none' && budget !== 0;
  if (isTold) return false;
  switch (dialect) {
    case 'anthropic-messages': {
      // From 4.6 on it is a 400: https://platform.claude.com/docs/en/about-claude/models/migration-guide.
      const { thinking } = modelFacts(model);
      return thinking === 'none' || thinking === 'budget';
    }
    case 'bedrock':
      return (familyOf(model).version ?? Number.POSITIVE_INFINITY) < 406;
    case 'openai-chat': {
      const { continues } = upstream.quirks;
      // Those who call it partial have models that think unasked, which cannot: https://help.aliyun.com/en/model-studio/partial-mode.
      const isQuiet =
        effort === 'none' || /^(moonshot-|kimi-k2-0|qwen-(max|plus|turbo)|qwen.*coder)/.test(model);
      return continues === 'prefix' || (continues === 'partial' && isQuiet);
    }
    default:
      return false;
  }
}
