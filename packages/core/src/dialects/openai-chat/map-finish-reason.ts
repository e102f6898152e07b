import type { Finish, FinishReason, ProblemKind } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, stringOf, wordOf } from '../shared/read.ts';

/** The words of the family and, for gateways that tell the vendor's own, of the vendors behind it. In lower case. */
const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  end_turn: 'stop',
  complete: 'stop',
  completed: 'stop',
  stop_sequence: 'stop-sequence',
  'stop-sequence': 'stop-sequence',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  tool_calls: 'tool-calls',
  'tool-calls': 'tool-calls',
  tool_call: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  refusal: 'refusal',
  content_filter: 'content-filter',
  'content-filter': 'content-filter',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
  sensitive: 'content-filter',
  safety: 'content-filter',
  blocklist: 'content-filter',
  prohibited_content: 'content-filter',
  spii: 'content-filter',
  'prompt-blocked': 'prompt-blocked',
  recitation: 'recitation',
  'context-length': 'context-length',
  model_length: 'context-length',
  model_context_window_exceeded: 'context-length',
  pause: 'pause',
  pause_turn: 'pause',
  'malformed-tool-call': 'malformed-tool-call',
  malformed_function_call: 'malformed-tool-call',
  other: 'other',
};

/** Words for an answer that broke off, which is no way to finish. OpenRouter, Mistral, Zhipu, DeepSeek. */
const failures: Readonly<Record<string, ProblemKind>> = {
  error: 'server',
  network_error: 'server',
  insufficient_system_resource: 'overloaded',
};

/** What is said in OpenAI's words; the exact one goes beside it, in `native_finish_reason`. */
const words: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
  'content-filter': 'content_filter',
  'prompt-blocked': 'content_filter',
  recitation: 'content_filter',
  'context-length': 'length',
  pause: 'stop',
  'malformed-tool-call': 'stop',
  other: 'stop',
};

/** What the answer holds, where the word alone does not tell. */
interface Said {
  readonly hasToolCalls: boolean;
  readonly hasRefusal: boolean;
}

/** The fields of a choice that say why it ended. */
export const finishFields: readonly string[] = ['finish_reason', 'native_finish_reason', 'stop_reason'];

/** Some servers send an empty word, or "null", with every event. */
export function hasFinished(choice: JsonObject): boolean {
  const word = choice['finish_reason'];
  return typeof word === 'string' && word !== '' && word !== 'null';
}

export function failureOf(choice: JsonObject): ProblemKind | undefined {
  const word = wordOf(choice['finish_reason']) ?? '';
  return Object.hasOwn(failures, word) ? failures[word] : undefined;
}

export function parseFinish(choice: JsonObject, said: Said): Finish {
  if (!hasFinished(choice)) return { reason: 'other' };
  const word = stringOf(choice['finish_reason']) ?? '';
  const raw = wordOf(choice['native_finish_reason']) ?? word;
  // vLLM tells the stop sequence in `stop_reason`, or a token's number.
  const sequence = word === 'stop' ? wordOf(choice['stop_reason']) : undefined;
  const reason = sequence === undefined ? refine(readReason(word, raw), said) : 'stop-sequence';
  return defined({ reason, raw, sequence });
}

/** A gateway's own word for it is trusted before the vendor's plain `stop`. */
function readReason(word: string, raw: string): FinishReason {
  const broad = lookUp(word);
  const exact = lookUp(raw);
  return (exact === 'stop' ? (broad ?? exact) : (exact ?? broad)) ?? 'other';
}

function lookUp(word: string): FinishReason | undefined {
  const key = word.toLowerCase();
  return Object.hasOwn(reasons, key) ? reasons[key] : undefined;
}

/** OpenAI says `stop` for a forced call and for a refusal. */
function refine(reason: FinishReason, { hasToolCalls, hasRefusal }: Said): FinishReason {
  if (reason !== 'stop') return reason;
  if (hasToolCalls) return 'tool-calls';
  return hasRefusal ? 'refusal' : 'stop';
}

/** The fields of a choice for a finish. */
export function renderFinish(finish: Finish, said: Said): { finish_reason: string } & JsonObject {
  const word = wordFor(finish, said);
  const native = finish.raw ?? finish.reason;
  const isPlain = finish.raw === undefined || finish.raw === word;
  const reread = parseFinish({ finish_reason: word, ...stopReason(finish) }, said).reason;
  const isTold = isPlain && reread === finish.reason;
  return { finish_reason: word, ...(isTold ? {} : { native_finish_reason: native }), ...stopReason(finish) };
}

function stopReason({ sequence }: Finish): JsonObject {
  return sequence === undefined ? {} : { stop_reason: sequence };
}

function wordFor({ reason }: Finish, { hasToolCalls, hasRefusal }: Said): string {
  if (reason === 'refusal' && hasRefusal) return 'stop';
  if (reason === 'other' && hasToolCalls) return 'tool_calls';
  return words[reason];
}
