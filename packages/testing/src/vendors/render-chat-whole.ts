import type { ReplyPart, SpentTokens } from '../replies/compose-reply.ts';
import type { JsonObject } from '../wire/read-json.ts';
import { type ChatAnswer, tokenProbability } from './answer-chat.ts';
import type { Dialect } from './dialect.ts';
import { withoutUndefined } from './without-undefined.ts';

/** The body of a chat completion that is not streamed. */
export function renderChatWhole(answer: ChatAnswer): JsonObject {
  const { dialect } = answer;
  const spent: SpentTokens[] = [];
  const choices = answer.choices.map((parts, index) => {
    const collected = collect(parts);
    spent.push(collected.tokens);
    const message = dialect.message(renderMessage(collected, dialect));
    const logprobs = answer.request.logprobs
      ? { content: collected.texts.map(tokenProbability), refusal: null }
      : null;
    return { index, message, logprobs, finish_reason: collected.reason };
  });
  const usage = answer.usage(spent);
  return dialect.whole(
    withoutUndefined({
      id: answer.id,
      object: 'chat.completion',
      created: answer.created,
      model: answer.model,
      choices,
      usage,
      service_tier: answer.serviceTier,
      system_fingerprint: dialect.fingerprint(answer.model),
    }),
    { seed: answer.seed, usage },
  );
}

interface Collected {
  readonly texts: string[];
  reasoning: string;
  refusal: string | null;
  readonly calls: { id: string; name: string; arguments: string }[];
  reason: string;
  tokens: SpentTokens;
}

function collect(parts: Iterator<ReplyPart>): Collected {
  const all: Collected = {
    texts: [],
    reasoning: '',
    refusal: null,
    calls: [],
    reason: 'stop',
    tokens: { completion: 0, reasoning: 0 },
  };
  for (let next = parts.next(); next.done !== true; next = parts.next()) add(all, next.value);
  return all;
}

function add(all: Collected, part: ReplyPart): void {
  switch (part.type) {
    case 'text-delta':
      all.texts.push(part.text);
      break;
    case 'reasoning-delta':
      all.reasoning += part.text;
      break;
    case 'refusal-delta':
      all.refusal = (all.refusal ?? '') + part.text;
      break;
    case 'tool-call-start':
      all.calls.push({ id: part.id, name: part.name, arguments: '' });
      break;
    case 'tool-call-delta': {
      const call = all.calls[part.index];
      if (call !== undefined) call.arguments += part.text;
      break;
    }
    case 'finish':
      all.reason = part.reason;
      all.tokens = part.tokens;
  }
}

function renderMessage(all: Collected, dialect: Dialect): JsonObject {
  const text = all.texts.join('');
  const isBare = all.calls.length > 0 || all.refusal !== null;
  return withoutUndefined({
    role: 'assistant',
    content: text === '' && isBare ? null : text,
    ...(all.reasoning === '' ? {} : reasoningFields(all.reasoning, text, dialect)),
    tool_calls:
      all.calls.length === 0
        ? undefined
        : all.calls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
    refusal: all.refusal,
    annotations: [],
  });
}

function reasoningFields(reasoning: string, text: string, dialect: Dialect): JsonObject {
  if (dialect.reasoningField !== 'thinking-parts') {
    return { [dialect.reasoningField ?? 'reasoning_content']: reasoning };
  }
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: reasoning }] };
  return { content: [thinking, { type: 'text', text }] };
}
