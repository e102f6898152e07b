import { composeReply } from '../replies/compose-reply.ts';
import { countTokens } from '../replies/count-tokens.ts';
import { readStop } from '../replies/read-chat-request.ts';
import type { AnswerScript } from '../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../server/plan-answer.ts';
import type { RecordedRequest } from '../server/record-request.ts';
import { wordOf } from '../wire/hash-text.ts';
import { isJsonObject, type JsonObject, readNumber, readString } from '../wire/read-json.ts';
import type { Dialect } from './dialect.ts';
import { withoutUndefined } from './without-undefined.ts';

interface Circumstances {
  readonly dialect: Dialect;
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

/** The older text completions: one choice per prompt and `n`. The default limit is 16 tokens, as OpenAI's is. */
export function answerCompletions(
  recorded: RecordedRequest,
  body: JsonObject,
  { dialect, script, seed, created }: Circumstances,
): PlannedAnswer {
  const prompts = readPrompts(body.prompt);
  const perPrompt = readNumber(body.n) ?? 1;
  const choices = prompts.flatMap((prompt) => Array.from({ length: perPrompt }, () => prompt));
  const request = { maxTokens: readNumber(body.max_tokens) ?? 16, stop: readStop(body.stop) };
  const head = {
    id: `cmpl-${wordOf(seed, 29)}`,
    object: 'text_completion',
    created,
    model: dialect.nameAnswer(readString(body.model) ?? ''),
  };
  let completionTokens = 0;
  const usage = (): JsonObject => {
    const promptTokens = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0);
    return {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    };
  };

  function* play(): Generator<JsonObject> {
    for (const [index, prompt] of choices.entries()) {
      const scripted = script?.(recorded, index) ?? `You said: ${prompt}`;
      const reply = typeof scripted === 'string' ? { content: scripted } : scripted;
      for (const part of composeReply({ request, reply, hiddenReasoning: 0, makeToolCallId: () => seed })) {
        if (part.type === 'text-delta') {
          yield { text: part.text, index, logprobs: null, finish_reason: null };
        } else if (part.type === 'finish') {
          completionTokens += part.tokens.completion;
          yield { text: '', index, logprobs: null, finish_reason: part.reason };
        }
      }
    }
  }

  if (body.stream === true) {
    const asked = isJsonObject(body.stream_options) && body.stream_options.include_usage === true;
    return streamAnswer(events(), {});
    function* events(): Generator<string> {
      for (const choice of play())
        yield toEvent({ ...head, choices: [choice], usage: asked ? null : undefined });
      if (asked) yield toEvent({ ...head, choices: [], usage: usage() });
      yield 'data: [DONE]\n\n';
    }
  }

  const whole = choices.map((_, index) => ({ text: '', index, logprobs: null, finish_reason: 'stop' }));
  for (const piece of play()) {
    const choice = whole[Number(piece.index)];
    if (choice === undefined) continue;
    choice.text += String(piece.text);
    choice.finish_reason = readString(piece.finish_reason) ?? choice.finish_reason;
  }
  return jsonAnswer(200, { ...head, choices: whole, usage: usage() }, { indent: 2 });
}

function toEvent(chunk: JsonObject): string {
  return `data: ${JSON.stringify(withoutUndefined(chunk))}\n\n`;
}

/** A string or a list of strings; lists of token numbers count as their digits. */
function readPrompts(prompt: unknown): readonly string[] {
  if (!Array.isArray(prompt)) return [readString(prompt) ?? ''];
  if (prompt.every((item) => typeof item === 'number')) return [prompt.join(' ')];
  return prompt.map(String);
}
