import { codecOf, loadCodecs } from '../dialects/load-codecs.ts';
import { collectParts } from '../dialects/shared/collect-parts.ts';
import { isObject, listOf, parseJson } from '../dialects/shared/read.ts';
import { wireReader } from '../dialects/shared/wire-events.ts';
import type { Dialect, Operation } from '../protocol/call.ts';
import type { AnswerChoice, FinishReason, Part } from '../protocol/chat-answer.ts';
import type { Block, Message } from '../protocol/content.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { Attributes } from './open-telemetry.ts';
import { genAi } from './semantic-names.ts';

/** A message as the convention has them: docs/gen-ai/gen-ai-input-messages.json and gen-ai-output-messages.json. */
interface ToldMessage {
  readonly role: string;
  readonly parts: readonly JsonObject[];
  readonly finish_reason?: string;
}

interface Kind {
  readonly operation: Operation;
  readonly dialect: Dialect;
}

/** What was asked and answered, as the ledger keeps it, in the convention's form; attributes hold it as JSON. */
export async function readMessages(question: string, answer: string, kind: Kind): Promise<Attributes> {
  await loadCodecs();
  const { instructions, messages } = readQuestion(question, kind);
  const answered = readAnswer(answer, kind);
  return {
    ...(instructions.length === 0 ? {} : { [genAi.instructions]: JSON.stringify(instructions) }),
    ...(messages.length === 0 ? {} : { [genAi.inputMessages]: JSON.stringify(messages) }),
    ...(answered.length === 0 ? {} : { [genAi.outputMessages]: JSON.stringify(answered) }),
  };
}

interface Question {
  /** What the dialect says apart from the conversation. */
  readonly instructions: readonly JsonObject[];
  readonly messages: readonly ToldMessage[];
}

function readQuestion(text: string, { operation, dialect }: Kind): Question {
  const body = parseJson(text);
  if (!isObject(body)) return { instructions: [], messages: asText('user', text) };
  if (operation !== 'chat') return { instructions: [], messages: readPrompt(body) };
  try {
    const { messages } = codecOf(dialect).parseRequest(body, { model: 'any', stream: false });
    const isApart = dialect !== 'openai-chat';
    const before = isApart ? messages.findIndex(({ role }) => role !== 'system') : 0;
    const first = before < 0 ? messages : messages.slice(0, before);
    const rest = before < 0 ? [] : messages.slice(before);
    return {
      instructions: first.flatMap(({ content }) => content.map(toPart)),
      messages: rest.map(toMessage),
    };
  } catch {
    return { instructions: [], messages: asText('user', text) };
  }
}

/** What is wanted, or looked at, in calls that are no conversation. */
function readPrompt({ prompt, input, query, fields }: JsonObject): ToldMessage[] {
  const inForm = listOf(fields).flatMap((field) => (isObject(field) ? [field['prompt']] : []));
  return [prompt, input, query, ...inForm]
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter((value): value is string => typeof value === 'string')
    .flatMap((value) => asText('user', value));
}

function toMessage({ role, content }: Message): ToldMessage {
  return { role, parts: content.map(toPart) };
}

function toPart(block: Block): JsonObject {
  switch (block.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', content: block.text };
    case 'reasoning':
      return { type: 'reasoning', content: block.text };
    case 'tool-call':
      return {
        type: 'tool_call',
        id: block.id,
        name: block.name,
        arguments: parseJson(block.input) ?? block.input,
      };
    case 'tool-result':
      return { type: 'tool_call_response', id: block.callId, response: block.content.map(toPart) };
    case 'media':
      return toMedia(block);
    default:
      return { ...block.value, type: wordFor(block.value['type']) };
  }
}

/** Where it is; its bytes would be larger than all the rest. */
function toMedia({ mediaType, source }: Extract<Block, { type: 'media' }>): JsonObject {
  const [family = ''] = mediaType?.split('/') ?? [];
  const modality = ['image', 'video', 'audio'].includes(family) ? family : 'document';
  const described = { modality, mime_type: mediaType ?? null };
  if (source.kind === 'url') return { type: 'uri', ...described, uri: source.url };
  if (source.kind === 'id') return { type: 'file', ...described, file_id: source.id };
  if (source.kind === 'text') return { type: 'text', content: source.text };
  return { type: 'omitted', ...described };
}

function wordFor(type: Json | undefined): string {
  return typeof type === 'string' ? type : 'other';
}

function readAnswer(text: string, { operation, dialect }: Kind): ToldMessage[] {
  if (text === '') return [];
  const body = parseJson(text);
  if (isObject(body) && Array.isArray(body['texts'])) return readTexts(body['texts']);
  if (isObject(body) && body['error'] !== undefined && body['error'] !== null) return [];
  if (operation !== 'chat') return isObject(body) ? readWritten(body) : [];
  try {
    const choices = isObject(body) ? codecOf(dialect).parseAnswer(body).choices : readStream(text, dialect);
    return choices.map(toChoice);
  } catch {
    return asText('assistant', text, 'error');
  }
}

/** One that broke off has been said as far as it goes. */
function readStream(text: string, dialect: Dialect): readonly AnswerChoice[] {
  const reader = wireReader(dialect);
  const parser = codecOf(dialect).parseStream();
  const parts: Part[] = [];
  for (const event of [...reader.push(Buffer.from(text)), ...reader.end()]) parts.push(...parser.push(event));
  try {
    parts.push(...parser.end());
  } catch {
    // What is still open stays as it is.
  }
  return collectParts(parts.filter(({ type }) => type !== 'error')).choices;
}

const reasons: Readonly<Partial<Record<FinishReason, string>>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
};

function toChoice({ content, finish }: AnswerChoice): ToldMessage {
  const reason = reasons[finish.reason] ?? finish.raw ?? finish.reason;
  return { role: 'assistant', parts: content.map(toPart), finish_reason: reason };
}

/** As the ledger keeps streams in which something was masked: `redact-content.ts`. */
function readTexts(texts: readonly Json[]): ToldMessage[] {
  const choices = new Map<number, JsonObject[]>();
  for (const said of texts) {
    if (!isObject(said)) continue;
    const choice = typeof said['choice'] === 'number' ? said['choice'] : 0;
    const parts = choices.get(choice) ?? [];
    parts.push({ type: wordFor(said['type']), content: wordFor(said['text'] ?? '') });
    choices.set(choice, parts);
  }
  return [...choices.values()].map((parts) => ({ role: 'assistant', parts, finish_reason: 'stop' }));
}

/** Text that comes of calls that are no conversation: completions, transcriptions. */
function readWritten({ choices, text }: JsonObject): ToldMessage[] {
  const written = listOf(choices).flatMap((choice) => (isObject(choice) ? [choice['text']] : []));
  return [text, ...written].flatMap((value) =>
    typeof value === 'string' ? asText('assistant', value, 'stop') : [],
  );
}

function asText(role: string, content: string, reason?: string): ToldMessage[] {
  const finish = reason === undefined ? {} : { finish_reason: reason };
  return [{ role, parts: [{ type: 'text', content }], ...finish }];
}
