import type { JudgedCall } from './cache/response-cache.ts';
import { codecOf, loadCodecs } from './dialects/load-codecs.ts';
import { isObject, listOf, parseJson } from './dialects/shared/read.ts';
import { parseObject, wireReader } from './dialects/shared/wire-events.ts';
import { bufferOf } from './protocol/buffer-of.ts';
import type { Dialect, Operation } from './protocol/call.ts';
import type { FinishReason, Part } from './protocol/chat-answer.ts';
import type { WireEvent } from './protocol/codec.ts';
import type { AssistantBlock } from './protocol/content.ts';
import { EventReader } from './stream/read-events.ts';

/** What a whole answer is a list of, where it is one. */
const lists: Readonly<Partial<Record<Operation, string>>> = {
  embeddings: 'data',
  moderations: 'results',
  rerank: 'results',
};

/** The model has said all that it had to say, or asks for a tool. */
const finished: ReadonlySet<FinishReason> = new Set(['stop', 'stop-sequence', 'tool-calls']);

/**
 * Whether a complete answer, in its caller's dialect, may be given to others: not one that was cut short by a limit, that a
 * filter has changed, that the model refused, or in which a tool of the provider's failed.
 *
 * @throws GatewayError `VE_UPSTREAM_PROTOCOL`, or a `SyntaxError`, for what cannot be read
 */
export function judgeAnswer(call: JudgedCall, body: Uint8Array): boolean | Promise<boolean> {
  const bytes = bufferOf(body);
  const list = lists[call.operation];
  if (list !== undefined) return hasList(bytes, list);
  if (call.operation === 'completions') return isFinishedText(call, bytes);
  const loading = loadCodecs();
  const judge = (): boolean =>
    call.isStream ? isFinishedStream(call, bytes) : isFinishedAnswer(call, bytes);
  return loading === undefined ? judge() : loading.then(judge);
}

function hasList(bytes: Buffer, name: string): boolean {
  const answer = parseJson(bytes.toString('utf8'));
  return isObject(answer) && listOf(answer[name]).length > 0 && !isObject(answer['error']);
}

/** OpenAI's older format, which has no codec: https://platform.openai.com/docs/api-reference/completions/object */
function isFinishedText({ isStream }: JudgedCall, bytes: Buffer): boolean {
  const events = isStream ? readDatas(bytes) : [bytes.toString('utf8')];
  if (isStream && events.at(-1) !== '[DONE]') return false;
  const answers = events.map(parseJson).filter(isObject);
  const reasons = answers
    .flatMap(({ choices }) => listOf(choices))
    .flatMap((choice) => (isObject(choice) ? [choice['finish_reason']] : []))
    .filter((reason) => reason !== null && reason !== undefined);
  const hasFailed = answers.some(({ error }) => error !== undefined && error !== null);
  return !hasFailed && reasons.length > 0 && reasons.every((reason) => reason === 'stop');
}

function readDatas(bytes: Buffer): string[] {
  const reader = new EventReader(bytes.length + 1);
  return [...reader.push(bytes), ...reader.end()].map(({ data }) => data.trim()).filter(Boolean);
}

function isFinishedAnswer({ dialect }: JudgedCall, bytes: Buffer): boolean {
  const { choices } = codecOf(dialect).parseAnswer(parseObject(bytes.toString('utf8')));
  return (
    choices.length > 0 &&
    choices.every(({ finish, content }) => finished.has(finish.reason) && content.every(isSaid))
  );
}

/** A refusal is none of the question's; what only one dialect knows is a tool's of the provider's. */
function isSaid({ type }: AssistantBlock): boolean {
  return type !== 'refusal' && type !== 'foreign';
}

function isFinishedStream({ dialect }: JudgedCall, bytes: Buffer): boolean {
  const reader = wireReader(dialect);
  const parser = codecOf(dialect).parseStream();
  const parts: Part[] = [];
  const events = [...reader.push(bytes), ...reader.end()];
  if (!hasLast(dialect, events)) return false;
  for (const event of events) parts.push(...parser.push(event));
  // A choice that is still open finishes now, for a reason that is none of the model's.
  parts.push(...parser.end());
  const finishes = parts.filter((part) => part.type === 'finish');
  return (
    finishes.length > 0 && finishes.every(({ finish }) => finished.has(finish.reason)) && parts.every(isGood)
  );
}

/**
 * Whether the end itself was told, where a dialect has words for it behind the finish: a connection that broke before them
 * has not spoiled the answer for its own caller, but others may wait for what is missing.
 */
function hasLast(dialect: Dialect, events: readonly WireEvent[]): boolean {
  const last = events.at(-1);
  if (dialect === 'openai-chat') return last !== undefined && last.data === undefined;
  if (dialect !== 'anthropic-messages') return true;
  return events.some(({ data }) => data?.['type'] === 'message_stop');
}

function isGood(part: Part): boolean {
  if (part.type === 'error' || part.type.startsWith('refusal')) return false;
  return part.type !== 'block' || part.value.type !== 'foreign';
}
