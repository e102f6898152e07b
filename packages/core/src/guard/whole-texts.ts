import type { Dialect } from '../protocol/call.ts';
import type { AnswerPart } from '../protocol/guard.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** A text of an answer that comes in one piece. */
export interface WholeText extends Omit<AnswerPart, 'text'> {
  /** Where it stands: names and places, with dots between them. */
  readonly path: string;
  /** What a tool is called with may be an object. */
  readonly value: string | JsonObject;
  /** Where its tokens stand, which say the same again: what is put there when it is changed. */
  readonly tokens?: readonly [path: string, none: string];
}

/** The texts of a whole answer, in the words of the caller's dialect. */
export function wholeTextsIn(dialect: Dialect, answer: JsonObject): WholeText[] {
  if (dialect === 'anthropic-messages')
    return listOf(answer['content']).flatMap((block, index) => blockTexts(`content.${index}`, block, index));
  if (dialect === 'gemini') return candidateTexts(answer, true);
  if (dialect === 'openai-responses') return itemsIn('output', answer['output']);
  if (Array.isArray(answer['choices'])) return choiceTexts(answer['choices'], true);
  return transcriptTexts(answer);
}

/** The texts that one event of a stream has as a whole; those that come in pieces are elsewhere. */
export function wholeTextsInEvent(dialect: Dialect, event: JsonObject): WholeText[] {
  if (dialect === 'anthropic-messages') {
    const place = indexOf(event['index']);
    return blockTexts('content_block', event['content_block'], place);
  }
  if (dialect === 'gemini') return candidateTexts(event, false);
  if (typeof event['type'] === 'string') return typedTexts(event, event['type']);
  return choiceTexts(listOf(event['choices']), false);
}

/** What a text of a stream of typed events is called, in all events that say something of it. */
export function channelOf(event: JsonObject, type: string): string {
  const root = type.replace(/\.(?:delta|done|added)$/, '');
  const item = indexOf(event['output_index']);
  if (/summary_(?:text|part)$/.test(root)) return `${item}.summary.${indexOf(event['summary_index'])}`;
  if (/(?:arguments|_input|_code)$/.test(root)) return `${item}.input`;
  if (event['content_index'] === undefined) return root;
  return `${item}.content.${indexOf(event['content_index'])}`;
}

/** Words of the format, not of the answer. */
const words = new Set(['role', 'id', 'type', 'name', 'data', 'format', 'signature']);

/** `isAll`: as `candidateTexts`. */
function choiceTexts(choices: readonly Json[], isAll: boolean): WholeText[] {
  return choices.flatMap((choice, place) => {
    if (!isObject(choice)) return [];
    const path = `choices.${place}`;
    const index = indexOf(choice['index'], place);
    const tokens: Partial<WholeText> = isObject(choice['logprobs'])
      ? { tokens: [`${path}.logprobs`, 'null'] }
      : {};
    const { message, delta } = choice;
    const audio = isObject(delta) && isObject(delta['audio']) ? delta['audio']['transcript'] : undefined;
    const texts = [
      ...(isAll ? one(`${path}.text`, choice['text'], 'text', [index, 'text']) : []),
      ...one(`${path}.delta.audio.transcript`, audio, 'text', [index, 'audio'], false),
      ...(isObject(message) ? messageTexts(`${path}.message`, message, index) : []),
    ];
    return texts.map((text) => ({ ...text, ...tokens }));
  });
}

function messageTexts(path: string, message: JsonObject, choice: number): WholeText[] {
  const named = Object.entries(message).filter(([name]) => !words.has(name));
  const { content, audio } = message;
  return [
    ...named.flatMap(([name, text]) => one(`${path}.${name}`, text, typeOf(name), [choice, name])),
    ...listOf(content).flatMap((part, at) =>
      fieldTexts(`${path}.content.${at}`, part, ['text', 'refusal', 'thinking'], [choice, `content.${at}`]),
    ),
    ...fieldTexts(`${path}.audio`, audio, ['transcript'], [choice, 'audio']),
    ...fieldTexts(
      `${path}.function_call`,
      message['function_call'],
      ['arguments'],
      [choice, 'function_call'],
    ),
    ...listOf(message['tool_calls']).flatMap((call, at) => {
      if (!isObject(call)) return [];
      const place = `${path}.tool_calls.${at}`;
      const channel: Channel = [choice, `tool_calls.${at}`];
      return [
        ...fieldTexts(`${place}.function`, call['function'], ['arguments'], channel),
        ...fieldTexts(`${place}.custom`, call['custom'], ['input'], channel),
      ];
    }),
    ...listOf(message['reasoning_details']).flatMap((detail, at) =>
      fieldTexts(
        `${path}.reasoning_details.${at}`,
        detail,
        ['text', 'summary'],
        [choice, `reasoning.${at}`],
        'reasoning',
      ),
    ),
  ];
}

type Channel = readonly [choice: number, name: string];

/** The texts of some members of an object. */
function fieldTexts(
  path: string,
  value: Json | undefined,
  names: readonly string[],
  channel: Channel,
  type?: AnswerPart['type'],
): WholeText[] {
  if (!isObject(value)) return [];
  return names.flatMap((name) => one(`${path}.${name}`, value[name], type ?? typeOf(name), channel));
}

function typeOf(name: string): AnswerPart['type'] {
  if (name === 'arguments' || name === 'input') return 'tool-input';
  return /reason|think|thought/.test(name) ? 'reasoning' : 'text';
}

function one(
  path: string,
  value: Json | undefined,
  type: AnswerPart['type'],
  [choice, name]: Channel,
  isLast = true,
): WholeText[] {
  const isText = typeof value === 'string' && value !== '';
  const isInput = type === 'tool-input' && isObject(value) && Object.keys(value).length > 0;
  if (!isText && !isInput) return [];
  return [{ path, value, type, choice, channel: `${choice}.${name}`, isLast }];
}

function blockTexts(path: string, block: Json | undefined, index: number): WholeText[] {
  if (!isObject(block)) return [];
  // What begins a block of a stream goes on in it.
  const isLast = path !== 'content_block';
  const texts = [
    ...one(`${path}.text`, block['text'], 'text', [index, 'text'], isLast),
    ...one(`${path}.thinking`, block['thinking'], 'reasoning', [index, 'thinking'], isLast),
    ...one(`${path}.input`, block['input'], 'tool-input', [index, 'partial_json'], isLast),
  ];
  return texts.map((text) => ({ ...text, choice: 0 }));
}

/** `isAll`: the texts, too, which come in pieces in a stream. */
function candidateTexts({ candidates }: JsonObject, isAll: boolean): WholeText[] {
  return listOf(candidates).flatMap((candidate, place) => {
    if (!isObject(candidate)) return [];
    const content = candidate['content'];
    const index = indexOf(candidate['index'], place);
    const parts = isObject(content) ? listOf(content['parts']) : [];
    const tokens: Partial<WholeText> = isObject(candidate['logprobsResult'])
      ? { tokens: [`candidates.${place}.logprobsResult`, '{}'] }
      : {};
    return parts.flatMap((part, at): WholeText[] => {
      if (!isObject(part)) return [];
      const path = `candidates.${place}.content.parts.${at}`;
      const call = part['functionCall'];
      const code = part['executableCode'];
      const type = part['thought'] === true ? 'reasoning' : 'text';
      return [
        ...(isAll ? one(`${path}.text`, part['text'], type, [index, `${type}.${at}`]) : []),
        ...(isObject(call)
          ? one(`${path}.functionCall.args`, call['args'], 'tool-input', [index, `call.${at}`])
          : []),
        ...(isObject(code)
          ? one(`${path}.executableCode.code`, code['code'], 'tool-input', [index, `code.${at}`])
          : []),
      ].map((text) => ({ ...text, ...tokens }));
    });
  });
}

function itemsIn(path: string, items: Json | undefined): WholeText[] {
  return listOf(items).flatMap((item, index) => itemTexts(`${path}.${index}`, item, index));
}

const itemParts = ['text', 'refusal', 'transcript'];

function itemTexts(path: string, item: Json | undefined, index: number): WholeText[] {
  if (!isObject(item)) return [];
  const said = item['type'] === 'reasoning' ? 'reasoning' : 'text';
  const texts = [
    ...listOf(item['content']).flatMap((part, at) =>
      partTexts(`${path}.content.${at}`, part, said, [index, `content.${at}`]),
    ),
    ...listOf(item['summary']).flatMap((part, at) =>
      partTexts(`${path}.summary.${at}`, part, 'reasoning', [index, `summary.${at}`]),
    ),
    ...['arguments', 'input', 'code'].flatMap((name) =>
      one(`${path}.${name}`, item[name], 'tool-input', [index, 'input']),
    ),
  ];
  return texts.map((text) => ({ ...text, choice: 0 }));
}

function partTexts(
  path: string,
  part: Json | undefined,
  type: AnswerPart['type'],
  channel: Channel,
): WholeText[] {
  const hasTokens = isObject(part) && Array.isArray(part['logprobs']);
  const texts = itemParts.flatMap((name) => fieldTexts(path, part, [name], channel, type));
  return hasTokens ? texts.map((text) => ({ ...text, tokens: [`${path}.logprobs`, '[]'] as const })) : texts;
}

/** In events of Responses, and in those of transcripts. */
function typedTexts(event: JsonObject, type: string): WholeText[] {
  const { response, item, part } = event;
  if (isObject(response)) return itemsIn('response.output', response['output']);
  const index = indexOf(event['output_index']);
  if (isObject(item)) return itemTexts('item', item, index);
  const channel = channelOf(event, type);
  const isThought = /reasoning|summary/.test(type);
  const named = isObject(part)
    ? partTexts('part', part, isThought ? 'reasoning' : 'text', [0, ''])
    : !/\.(?:done|segment)$/.test(type)
      ? []
      : ['text', 'refusal', 'transcript', 'arguments', 'input', 'code'].flatMap((name) =>
          one(name, event[name], partTypeOf(type), [0, '']),
        );
  return named.map((text) => ({ ...text, channel }));
}

/** Of a text, by the type of the events that bring it. */
export function partTypeOf(type: string): AnswerPart['type'] {
  if (/(?:arguments|_input|_code)(?:\.|$)/.test(type)) return 'tool-input';
  return /reasoning|summary/.test(type) ? 'reasoning' : 'text';
}

/** Of speech that was written down: all of it, and its pieces by time. */
function transcriptTexts(answer: JsonObject): WholeText[] {
  return [
    ...one('text', answer['text'], 'text', [0, 'text']),
    ...['segments', 'words'].flatMap((list) =>
      listOf(answer[list]).flatMap((piece, at) =>
        fieldTexts(`${list}.${at}`, piece, ['text', 'word'], [0, `${list}.${at}`]),
      ),
    ),
  ];
}

function indexOf(value: Json | undefined, place = 0): number {
  return typeof value === 'number' ? value : place;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
