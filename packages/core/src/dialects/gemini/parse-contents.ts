import type {
  AssistantBlock,
  Extra,
  ForeignBlock,
  Message,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { type CallBook, openCallBook } from './call-book.ts';
import { type FieldReader, readFields } from './field-reader.ts';
import { parseMedia } from './part-media.ts';
import { field, invalid, isObject, known, ownExtra } from './read.ts';
import { parseSignature } from './signature.ts';
import { toInput } from './tool-arguments.ts';
import { fromResponse } from './tool-results.ts';

/** Gemini's turns as messages: a user's turn with results of functions is split where they end or begin. */
export function parseContents(contents: readonly FieldReader[]): readonly Message[] {
  const book = openCallBook();
  const messages: Message[] = [];
  let isModelTurn = false;
  for (const [index, content] of contents.entries()) {
    const role = content.text('role') ?? 'user';
    const parts = content.objects('parts') ?? [];
    const extra = ownExtra(content.rest());
    if (role === 'model' || role === 'assistant') {
      if (!isModelTurn) book.nextTurn();
      const blocks = parts.map((part, at) => parseModelPart(part, book, [index, at]));
      messages.push({ role: 'assistant', content: blocks, ...extra });
    } else if (role === 'user' || role === 'function' || role === 'tool') {
      messages.push(...parseUserTurn(parts, book, { index, extra }));
    } else throw invalid(`${content.path}.role`, 'must be "user" or "model"');
    isModelTurn = role === 'model' || role === 'assistant';
  }
  return messages;
}

export function parseSystem(content: FieldReader): Message {
  content.text('role');
  const blocks = (content.objects('parts') ?? []).map((part): TextBlock | ForeignBlock => {
    const block = parseText(part);
    return block ?? foreign(part.value);
  });
  return { role: 'system', content: blocks, ...ownExtra(content.rest()) };
}

interface Turn {
  readonly index: number;
  readonly extra: { extra?: Extra };
}

function parseUserTurn(parts: readonly FieldReader[], book: CallBook, { index, extra }: Turn): Message[] {
  const messages: Message[] = [];
  let words: UserBlock[] = [];
  let results: ToolResultBlock[] = [];
  const endWords = (): void => {
    if (words.length > 0) messages.push({ role: 'user', content: words });
    words = [];
  };
  const endResults = (): void => {
    if (results.length > 0) messages.push({ role: 'tool', content: results });
    results = [];
  };
  for (const [at, part] of parts.entries()) {
    const result = parseResult(part, book, [index, at]);
    if (result === undefined) {
      endResults();
      words.push(parseUserPart(part));
    } else {
      endWords();
      results.push(result);
    }
  }
  endWords();
  endResults();
  const [first = { role: 'user' as const, content: [] }, ...more] = messages;
  return [{ ...first, ...extra }, ...more];
}

function parseUserPart(part: FieldReader): UserBlock {
  return (
    (field(part.value, 'thought') === true ? undefined : parseText(part)) ??
    parseMediaPart(part) ??
    foreign(part.value)
  );
}

function parseModelPart(part: FieldReader, book: CallBook, place: readonly number[]): AssistantBlock {
  const isThought = field(part.value, 'thought') === true;
  const call = part.object('functionCall');
  if (call !== undefined) return parseCall(part, call, book, place);
  const text = parseText(part);
  if (text !== undefined) return isThought ? { ...text, type: 'reasoning' } : text;
  // A picture that the model drew while thinking is no answer.
  return (isThought ? undefined : parseMediaPart(part)) ?? foreign(part.value);
}

function parseText(part: FieldReader): TextBlock | undefined {
  const signature = parseSignature(part.value);
  const text = part.text('text');
  for (const name of ['thought', 'thoughtSignature']) part.json(name);
  const rest = part.rest();
  // A part may hold nothing but the signature of what came before it.
  if (text === undefined && (signature === undefined || rest !== undefined)) return undefined;
  return { type: 'text', text: text ?? '', ...known({ signature }), ...ownExtra(rest) };
}

function parseMediaPart(part: FieldReader): ReturnType<typeof parseMedia> {
  for (const name of ['inlineData', 'fileData']) {
    const wire = part.object(name);
    for (const text of ['mimeType', 'data', 'fileUri', 'displayName']) wire?.text(text);
  }
  return parseMedia(part.value, parseSignature(part.value));
}

function parseCall(
  part: FieldReader,
  call: FieldReader,
  book: CallBook,
  place: readonly number[],
): AssistantBlock {
  const name = call.text('name');
  if (name === undefined || name === '') throw invalid(`${call.path}.name`, 'must name the function');
  const id = book.call(name, call.text('id'), ...place);
  const input = toInput(call.plain('args'));
  const signature = parseSignature(part.value);
  part.json('thoughtSignature');
  return {
    type: 'tool-call',
    id,
    name,
    ...input,
    ...known({ signature }),
    ...ownExtra({ ...part.rest(), ...known({ functionCall: call.rest() }) }),
  };
}

function parseResult(
  part: FieldReader,
  book: CallBook,
  place: readonly number[],
): ToolResultBlock | undefined {
  const wire = part.object('functionResponse');
  if (wire === undefined) return undefined;
  const { id, name } = book.result(wire.text('name'), wire.text('id'), ...place);
  const response = wire.plain('response') ?? {};
  const media = (wire.objects('parts') ?? []).map((item): TextBlock | ReturnType<typeof parseMedia> =>
    parseMediaPart(readFields(item.value, item.path)),
  );
  const { text, isError } = fromResponse(response);
  const isBare = media.length > 0 && Object.keys(response).length === 0;
  return {
    type: 'tool-result',
    callId: id,
    ...known({ name }),
    content: [
      ...(isBare ? [] : [{ type: 'text' as const, text }]),
      ...media.filter((block) => block !== undefined),
    ],
    ...(isError ? { isError } : {}),
    ...ownExtra({ ...part.rest(), ...known({ functionResponse: wire.rest() }) }),
  };
}

function foreign(value: JsonObject): ForeignBlock {
  return { type: 'foreign', dialect: 'gemini', value };
}

/** `contents` in each of the forms that the API takes: a list of turns, or one turn alone. */
export function readContents(body: FieldReader): readonly FieldReader[] | undefined {
  const given = field(body.value, 'contents');
  return isObject(given) || given !== undefined ? body.objects('contents') : undefined;
}
