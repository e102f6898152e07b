import type { JudgedCall } from './cache/response-cache.ts';
import { codecOf, loadCodecs } from './dialects/load-codecs.ts';
import { isObject, listOf, parseJson } from './dialects/shared/read.ts';
import { parseObject, wireReader } from './dialects/shared/wire-events.ts';
import type { FinishReason, Part } from './protocol/chat-answer.ts';
import type { AssistantBlock } from './protocol/content.ts';
import type { JsonObject } from './protocol/json.ts';
import { EventReader } from './stream/read-events.ts';

/** The model has said all that it had to say, or asks for a tool. */
const finished: ReadonlySet<FinishReason> = new Set(['stop', 'stop-sequence', 'tool-calls']);

/**
 * Whether a complete answer, in its caller's dialect, may be given to others: not one that was cut short by a limit, that a
 * filter has changed, that the model refused, or in which a tool of the provider's failed.
 *
 * @throws GatewayError `VE_UPSTREAM_PROTOCOL`, or a `SyntaxError`, for what cannot be read
 */
export function judgeAnswer(call: JudgedCall, body: Uint8Array): boolean | Promise<boolean> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (call.operation === 'embeddings') return hasVectors(bytes);
  if (call.operation === 'completions') return isFinishedText(call, bytes);
  const loading = loadCodecs();
  const judge = (): boolean =>
    call.isStream ? isFinishedStream(call, bytes) : isFinishedAnswer(call, bytes);
  return loading === undefined ? judge() : loading.then(judge);
}

function hasVectors(bytes: Buffer): boolean {
  const answer = parseJson(bytes.toString('utf8'));
  return isObject(answer) && listOf(answer['data']).length > 0 && !isObject(answer['error']);
}

/** OpenAI's older format, which has no codec: https://platform.openai.com/docs/api-reference/completions/object */
function isFinishedText({ isStream }: JudgedCall, bytes: Buffer): boolean {
  const answers = isStream ? readChunks(bytes) : [parseObject(bytes.toString('utf8'))];
  const reasons = answers
    .flatMap(({ choices }) => listOf(choices))
    .flatMap((choice) => (isObject(choice) ? [choice['finish_reason']] : []))
    .filter((reason) => reason !== null && reason !== undefined);
  const hasFailed = answers.some(({ error }) => error !== undefined && error !== null);
  return !hasFailed && reasons.length > 0 && reasons.every((reason) => reason === 'stop');
}

function readChunks(bytes: Buffer): JsonObject[] {
  const reader = new EventReader(bytes.length + 1);
  return [...reader.push(bytes), ...reader.end()].flatMap(({ data }) => {
    const chunk = parseJson(data);
    return isObject(chunk) ? [chunk] : [];
  });
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
  for (const event of [...reader.push(bytes), ...reader.end()]) parts.push(...parser.push(event));
  // A choice that is still open finishes now, for a reason that is none of the model's.
  parts.push(...parser.end());
  const finishes = parts.filter((part) => part.type === 'finish');
  return (
    finishes.length > 0 && finishes.every(({ finish }) => finished.has(finish.reason)) && parts.every(isGood)
  );
}

function isGood(part: Part): boolean {
  if (part.type === 'error' || part.type.startsWith('refusal')) return false;
  return part.type !== 'block' || part.value.type !== 'foreign';
}
