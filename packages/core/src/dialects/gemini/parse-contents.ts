import type {
  AssistantBlock,
  Extra,
  ForeignBlock,
  MediaBlock,
  Message,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { append, defined, invalid, isEmpty, restOf } from '../shared/read.ts';
import { type CallBook, openCallBook } from './call-book.ts';
import type { FieldReader } from './field-reader.ts';
import { extraOf } from './own-extra.ts';
import { parseMedia } from './part-media.ts';
import { objectIn, type Placed, plainIn, readList, readParts, textIn } from './placed.ts';
import { field, hasOnly, spellings, textAlone } from './read.ts';
import { parseSignature } from './signature.ts';
import { toInput } from './tool-arguments.ts';
import { fromResponse } from './tool-results.ts';

/**
 * Gemini's turns as messages: a user's turn with results of functions is split where they end or begin. Contents of the
 * model that follow each other are one turn: Google's SDK keeps what came in a stream as a content for every chunk.
 */
export function parseContents(contents: readonly Placed[]): readonly Message[] {
  const book = openCallBook();
  const messages: Message[] = [];
  let turn: AssistantBlock[] | undefined;
  contents.forEach((content, index) => {
    const role = textIn(content, 'role') ?? 'user';
    const parts = readParts(content, index);
    const extra = extraOf(restOf(content.value, contentFields));
    if (role === 'model' || role === 'assistant') {
      if (turn === undefined) book.nextTurn();
      const blocks = parts.map((part) => parseModelPart(part, book));
      if (turn !== undefined && isEmpty(extra)) goOn(turn, blocks);
      else messages.push({ role: 'assistant', content: (turn = blocks), ...extra });
    } else if (role === 'user' || role === 'function' || role === 'tool') {
      addUserTurn(messages, parts, { book, extra });
      turn = undefined;
    } else throw invalid(`${content.path}.role`, 'it must be "user" or "model"');
  });
  return messages;
}

const contentFields = spellings('role', 'parts');

/** Text that was cut between two chunks is one text again; a signature is its end. */
function goOn(turn: AssistantBlock[], [first, ...others]: readonly AssistantBlock[]): void {
  const last = turn.at(-1);
  const isOpen = (last?.type === 'text' || last?.type === 'reasoning') && last.signature === undefined;
  if (isOpen && last.extra === undefined && first?.type === last.type)
    turn[turn.length - 1] = { ...first, text: last.text + first.text };
  else if (first !== undefined) turn.push(first);
  append(turn, others);
}

export function parseSystem(content: Placed): Message {
  textIn(content, 'role');
  const blocks = readParts(content, 0).map(
    (part): TextBlock | ForeignBlock => parseText(part) ?? foreign(part.value),
  );
  return { role: 'system', content: blocks, ...extraOf(restOf(content.value, contentFields)) };
}

interface UserTurn {
  readonly book: CallBook;
  /** Goes with the first message that is made of it. */
  readonly extra: { extra?: Extra };
}

function addUserTurn(messages: Message[], parts: readonly Placed[], { book, extra }: UserTurn): void {
  let words: UserBlock[] | undefined;
  let results: ToolResultBlock[] | undefined;
  for (const part of parts) {
    const more = words === undefined && results === undefined ? extra : {};
    const result = parseResult(part, book);
    if (result === undefined) {
      if (words === undefined) messages.push({ role: 'user', content: (words = []), ...more });
      words.push(parseUserPart(part));
      results = undefined;
    } else {
      if (results === undefined) messages.push({ role: 'tool', content: (results = []), ...more });
      results.push(result);
      words = undefined;
    }
  }
  if (parts.length === 0) messages.push({ role: 'user', content: [], ...extra });
}

function parseUserPart(part: Placed): UserBlock {
  return (
    (field(part.value, 'thought') === true ? undefined : parseText(part)) ??
    parseMediaPart(part) ??
    foreign(part.value)
  );
}

function parseModelPart(part: Placed, book: CallBook): AssistantBlock {
  const call = objectIn(part, 'functionCall');
  if (call !== undefined) return parseCall(part, call, book);
  const isThought = field(part.value, 'thought') === true;
  const text = parseText(part);
  if (text !== undefined) return isThought ? { ...text, type: 'reasoning' } : text;
  // A picture that the model drew while thinking is no answer.
  return (isThought ? undefined : parseMediaPart(part)) ?? foreign(part.value);
}

const textFields = spellings('text', 'thought', 'thoughtSignature');

function parseText(part: Placed): TextBlock | undefined {
  const alone = textAlone(part.value);
  if (alone !== undefined) return { type: 'text', text: alone };
  const signature = parseSignature(part.value);
  const text = textIn(part, 'text');
  const rest = restOf(part.value, textFields);
  // A part may hold nothing but the signature of what came before it.
  if (text === undefined && (signature === undefined || rest !== undefined)) return undefined;
  return { type: 'text', text: text ?? '', ...defined({ signature }), ...extraOf(rest) };
}

function parseMediaPart(part: Placed): MediaBlock | undefined {
  for (const name of ['inlineData', 'fileData']) {
    const wire = objectIn(part, name);
    for (const text of ['mimeType', 'data', 'fileUri', 'displayName'])
      if (wire !== undefined) textIn(wire, text);
  }
  return parseMedia(part.value, parseSignature(part.value));
}

const callingFields = spellings('functionCall', 'thoughtSignature');
const callFields = spellings('name', 'id', 'args');

function parseCall(part: Placed, call: Placed, book: CallBook): AssistantBlock {
  const name = textIn(call, 'name');
  if (name === undefined || name === '') throw invalid(`${call.path}.name`, 'it must name the function');
  const id = book.call(name, textIn(call, 'id'), ...part.place);
  const input = toInput(plainIn(call, 'args'));
  const inner = restOf(call.value, callFields);
  if (inner === undefined && hasOnly(part.value, 'functionCall'))
    return { type: 'tool-call', id, name, ...input };
  return {
    type: 'tool-call',
    id,
    name,
    ...input,
    ...defined({ signature: parseSignature(part.value) }),
    ...extraOf(withInner(restOf(part.value, callingFields), 'functionCall', inner)),
  };
}

const answeringFields = spellings('functionResponse');
const responseFields = spellings('name', 'id', 'response', 'parts');

function parseResult(part: Placed, book: CallBook): ToolResultBlock | undefined {
  const wire = objectIn(part, 'functionResponse');
  if (wire === undefined) return undefined;
  const { id, name } = book.result(textIn(wire, 'name'), textIn(wire, 'id'), ...part.place);
  const response = plainIn(wire, 'response') ?? {};
  const media = readParts(wire, 0).flatMap((item) => parseMediaPart(item) ?? []);
  const { text, isError } = fromResponse(response);
  const isBare = media.length > 0 && isEmpty(response);
  return {
    type: 'tool-result',
    callId: id,
    ...(name === undefined ? {} : { name }),
    content: isBare ? media : [{ type: 'text', text }, ...media],
    ...(isError ? { isError } : {}),
    ...extraOf(
      withInner(restOf(part.value, answeringFields), 'functionResponse', restOf(wire.value, responseFields)),
    ),
  };
}

/** What is left of a part, and of the one object in it. */
function withInner(
  rest: JsonObject | undefined,
  name: string,
  inner: JsonObject | undefined,
): JsonObject | undefined {
  return inner === undefined ? rest : { ...rest, [name]: inner };
}

function foreign(value: JsonObject): ForeignBlock {
  return { type: 'foreign', dialect: 'gemini', value };
}

/** `contents` in each of the forms that the API takes: a list of turns, or one turn alone. */
export function readContents(body: FieldReader): readonly Placed[] | undefined {
  const given = body.json('contents');
  return given === undefined ? undefined : readList(given, 'contents');
}
