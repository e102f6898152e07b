import type { ReplyPart, SpentTokens } from '../replies/compose-reply.ts';
import { hexOf } from '../wire/hash-text.ts';
import type { JsonObject } from '../wire/read-json.ts';
import type { ChatAnswer } from './answer-chat.ts';
import type { ChunkFacts } from './dialect.ts';
import { withoutUndefined } from './without-undefined.ts';

/** The events of a streamed chat completion. Choices take turns, as they do at OpenAI. Nothing is made before it is read. */
export function* renderChatStream(answer: ChatAnswer): Generator<string> {
  const { dialect, request } = answer;
  const habits = dialect.stream;
  for (const comment of habits.comments) yield `: ${comment}\n\n`;
  for (const chunk of habits.preamble(answer.model)) yield toEvent(chunk);

  const wantsUsage = habits.usageUnasked || request.includeUsage;
  const spent: SpentTokens[] = [];
  const noise = hexOf(answer.seed, 16);
  let count = 0;
  const chunk = (choices: readonly JsonObject[], facts: Omit<ChunkFacts, 'seed'>): string => {
    count += 1;
    const carriesUsage = facts.usage !== undefined && habits.usage !== 'finish-choice';
    return toEvent(
      habits.chunk(
        withoutUndefined({
          id: answer.id,
          object: 'chat.completion.chunk',
          created: answer.created,
          model: answer.model,
          service_tier: answer.serviceTier,
          system_fingerprint: dialect.fingerprint(answer.model),
          choices,
          usage: carriesUsage ? facts.usage : habits.nullUsage && wantsUsage ? null : undefined,
          obfuscation:
            habits.obfuscation && request.includeObfuscation
              ? noise.slice(0, 1 + ((count * 7) % 16))
              : undefined,
        }),
        { ...facts, seed: answer.seed },
      ),
    );
  };

  let players = answer.choices.map((parts, index) => playChoice(answer, { parts, index }));
  let isFirst = true;
  while (players.length > 0) {
    const playing: typeof players = [];
    for (const player of players) {
      const next = player.next();
      if (next.done === true) continue;
      playing.push(player);
      const { choice, part } = next.value;
      if (part?.type === 'finish') spent.push(part.tokens);
      const isLastFinish = part?.type === 'finish' && spent.length === answer.choices.length;
      const usage = isLastFinish && wantsUsage ? answer.usage(spent) : undefined;
      yield chunk([withChoiceUsage(choice, answer, usage)], {
        position: isFirst ? 'first' : isLastFinish ? 'finish' : 'middle',
        usage: habits.usage.startsWith('finish') ? usage : undefined,
      });
      isFirst = false;
    }
    players = playing;
  }
  if (wantsUsage && habits.usage.startsWith('own-chunk')) {
    const rest = habits.usage === 'own-chunk' ? [] : [emptyChoice(answer)];
    yield chunk(rest, { position: 'usage', usage: answer.usage(spent) });
  }
  yield habits.done;
}

interface Played {
  readonly choice: JsonObject;
  readonly part: ReplyPart | undefined;
}

/** The choices' objects of one choice, in order. */
function* playChoice(
  answer: ChatAnswer,
  { parts, index }: { parts: Iterator<ReplyPart>; index: number },
): Generator<Played> {
  const { stream } = answer.dialect;
  const wrap = (delta: JsonObject, part: ReplyPart | undefined): Played => {
    const reason = part?.type === 'finish' ? part.reason : null;
    const logprobs = answer.logprobs(part);
    return { part, choice: stream.choice({ index, delta, logprobs, finish_reason: reason }, part) };
  };
  const merged = mergeParts(parts, answer);
  let isFirst = true;
  for (const { part, delta } of merged) {
    if (isFirst) {
      const opening = stream.firstDelta(part.type === 'tool-call-start' ? 'tool-call' : 'text');
      if (opening !== undefined) yield wrap(opening, undefined);
      isFirst = false;
    }
    yield wrap(stream.delta(delta, part), part);
  }
}

interface Delta {
  readonly part: ReplyPart;
  readonly delta: JsonObject;
}

/** Turns parts to deltas; joins what the vendor sends in one piece. */
function* mergeParts(parts: Iterator<ReplyPart>, answer: ChatAnswer): Generator<Delta> {
  const { finishWithLast, wholeToolCalls } = answer.dialect.stream;
  let held: { readonly part: ReplyPart; readonly text: string } | undefined;
  for (let next = parts.next(); next.done !== true; next = parts.next()) {
    const part = next.value;
    if (held !== undefined && wholeToolCalls && part.type === 'tool-call-delta') {
      held = { part: held.part, text: held.text + part.text };
      continue;
    }
    if (held !== undefined) {
      const delta = toDelta(held.part, held.text, answer);
      const finishes = finishWithLast && part.type === 'finish';
      yield { part: finishes ? part : held.part, delta };
      held = undefined;
      if (finishes) continue;
    }
    const holds =
      (finishWithLast && part.type === 'text-delta') || (wholeToolCalls && part.type === 'tool-call-start');
    if (holds) held = { part, text: part.type === 'text-delta' ? part.text : '' };
    else yield { part, delta: toDelta(part, 'text' in part ? part.text : '', answer) };
  }
}

function toDelta(part: ReplyPart, text: string, answer: ChatAnswer): JsonObject {
  switch (part.type) {
    case 'reasoning-delta':
      return reasoningDelta(text, answer.dialect.reasoningField);
    case 'text-delta':
      return { content: text };
    case 'refusal-delta':
      return { refusal: text };
    case 'tool-call-start': {
      const { index, id, name } = part;
      return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }] };
    }
    case 'tool-call-delta':
      return { tool_calls: [{ index: part.index, function: { arguments: text } }] };
    default:
      return {};
  }
}

function reasoningDelta(text: string, field: ChatAnswer['dialect']['reasoningField']): JsonObject {
  if (field !== 'thinking-parts') return { [field ?? 'reasoning_content']: text };
  return { content: [{ type: 'thinking', thinking: [{ type: 'text', text }], closed: true }] };
}

function withChoiceUsage(choice: JsonObject, answer: ChatAnswer, usage: JsonObject | undefined): JsonObject {
  const isHere = usage !== undefined && answer.dialect.stream.usage === 'finish-choice';
  return isHere ? { ...choice, usage } : choice;
}

function emptyChoice(answer: ChatAnswer): JsonObject {
  const delta = { role: 'assistant', content: '' };
  return answer.dialect.stream.choice({ index: 0, delta, logprobs: null, finish_reason: null }, undefined);
}

function toEvent(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
