import { Buffer } from 'node:buffer';
import type { Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, objectOf, optional, protocolError, restOf, stringOf } from '../shared/read.ts';
import { parseToolName, unwrapText } from '../shared/text-tools.ts';
import { parseCitation } from './convert-citation.ts';
import { parseMedia } from './convert-media.ts';
import { extraOf } from './own-extra.ts';
import { idOf } from './parse-answer.ts';
import { foreign, isServerToolUse } from './parse-content.ts';
import { answerTool } from './plan-output.ts';

/** One block of a stream that is under way: what its deltas mean, and what is said when it ends. */
export interface OpenBlock {
  readonly kind: 'text' | 'reasoning' | 'redacted' | 'toolUse' | 'toolResult' | 'image';
  /** The id that began it, of a call. */
  readonly id?: string | undefined;
  /** The parts for a delta of its own kind. */
  push(delta: JsonObject): readonly Part[];
  end(): readonly Part[];
}

interface Place {
  readonly choice: number;
  readonly block: number;
}

export interface Opened {
  readonly block: OpenBlock;
  readonly parts: readonly Part[];
}

/** Text and citations, which stand among it. */
export function openText(at: Place): Opened {
  return {
    block: {
      kind: 'text',
      push: (delta) => {
        const citation = objectOf(delta['citation']);
        const text = stringOf(delta['text']);
        return [
          ...(text === undefined || text === '' ? [] : [{ type: 'text-delta' as const, ...at, text }]),
          ...(citation === undefined
            ? []
            : [{ type: 'citation' as const, ...at, citation: parseCitation(citation) }]),
        ];
      },
      end: () => [{ type: 'text-end', ...at }],
    },
    parts: [{ type: 'text-start', ...at }],
  };
}

/** What a delta of reasoning is of: its text, or the form in which the provider hides it. */
export function isRedacted({ redactedContent }: JsonObject): boolean {
  return redactedContent !== undefined && redactedContent !== null;
}

/** Whether it is redacted is told by its first delta. */
export function openReasoning(at: Place, first: JsonObject): Opened {
  const isHidden = isRedacted(first);
  let signature = '';
  const redacted: Buffer[] = [];
  const close = (): string => (isHidden ? Buffer.concat(redacted).toString('base64') : signature);
  return {
    block: {
      kind: isHidden ? 'redacted' : 'reasoning',
      push: (delta) => {
        const reasoning = objectOf(delta['reasoningContent']) ?? {};
        signature += stringOf(reasoning['signature']) ?? '';
        // Each piece is base64 of its own.
        redacted.push(Buffer.from(stringOf(reasoning['redactedContent']) ?? '', 'base64'));
        const text = stringOf(reasoning['text']);
        return text === undefined || text === '' ? [] : [{ type: 'reasoning-delta', ...at, text }];
      },
      end: () => {
        const value = close();
        const signed = value === '' ? undefined : { dialect: 'bedrock' as const, value };
        return [{ type: 'reasoning-end', ...at, ...optional('signature', signed) }];
      },
    },
    parts: [{ type: 'reasoning-start', ...at, ...(isHidden ? { isRedacted: true } : {}) }],
  };
}

/** A call of the caller's tools; the input of the tool that stands for structured output is text. */
export function openToolUse(at: Place, start: JsonObject): Opened {
  const name = stringOf(start['name']);
  if (name === undefined || name === '') throw protocolError('a tool call has no name');
  const wireId = stringOf(start['toolUseId']);
  const id = idOf({ id: wireId ?? '', name }, at.block);
  const extra = restOf(start, ['toolUseId', 'name', 'input', 'type']);
  if (isServerToolUse(start)) return openServerToolUse(at, start);
  const isAnswer = name === answerTool;
  const told = parseToolName(name);
  if (told.format === 'text') return openTextTool(at, { id, wireId, ...told, extra });
  let hasInput = false;
  return {
    block: {
      kind: 'toolUse',
      id: wireId,
      push: (delta) => {
        const text = inputOf(delta);
        if (text === '') return [];
        hasInput = true;
        return [{ type: isAnswer ? 'text-delta' : 'tool-input-delta', ...at, text }];
      },
      end: () => [
        ...(hasInput
          ? []
          : [
              { type: isAnswer ? ('text-delta' as const) : ('tool-input-delta' as const), ...at, text: '{}' },
            ]),
        { type: isAnswer ? 'text-end' : 'tool-input-end', ...at },
      ],
    },
    parts: [
      isAnswer
        ? { type: 'text-start', ...at }
        : {
            type: 'tool-input-start',
            ...at,
            id,
            ...told,
            ...extraOf(extra),
          },
    ],
  };
}

interface TextTool {
  readonly id: string;
  readonly wireId: string | undefined;
  readonly name: string;
  readonly extra: JsonObject | undefined;
}

/** A tool of free text: it is told when all of its arguments are there. */
function openTextTool(at: Place, { id, wireId, name, extra }: TextTool): Opened {
  let input = '';
  return {
    block: {
      kind: 'toolUse',
      id: wireId,
      push: (delta) => {
        input += inputOf(delta);
        return [];
      },
      end: () => {
        const text = unwrapText(input);
        return [
          ...(text === '' ? [] : [{ type: 'tool-input-delta' as const, ...at, text }]),
          { type: 'tool-input-end', ...at },
        ];
      },
    },
    parts: [{ type: 'tool-input-start', ...at, id, name, format: 'text', ...extraOf(extra) }],
  };
}

/** The input as JSON text; some send it as the object itself. */
function inputOf(delta: JsonObject): string {
  const input = objectOf(delta['toolUse'])?.['input'];
  if (typeof input === 'string') return input;
  return input === undefined || input === null ? '' : JSON.stringify(input);
}

/** A call that the provider answers itself is given on in one piece, as in a whole answer. */
function openServerToolUse(at: Place, start: JsonObject): Opened {
  let input = '';
  const push = (delta: JsonObject): readonly Part[] => {
    input += inputOf(delta);
    return [];
  };
  const end = (): readonly Part[] => [
    { type: 'block', ...at, value: foreign({ toolUse: { ...start, input: readInput(input) } }) },
  ];
  return { block: { kind: 'toolUse', id: stringOf(start['toolUseId']), push, end }, parts: [] };
}

function readInput(text: string): Json {
  if (text === '') return {};
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export function openToolResult(at: Place, start: JsonObject): Opened {
  const content: Json[] = [];
  const push = (delta: JsonObject): readonly Part[] => {
    const pieces = delta['toolResult'];
    for (const piece of isList(pieces) ? pieces : []) addResultPiece(content, piece);
    return [];
  };
  const end = (): readonly Part[] => [
    { type: 'block', ...at, value: foreign({ toolResult: { ...start, content } }) },
  ];
  return { block: { kind: 'toolResult', push, end }, parts: [] };
}

function addResultPiece(content: Json[], piece: Json): void {
  const text = stringOf(objectOf(piece)?.['text']);
  const before = stringOf(objectOf(content.at(-1))?.['text']);
  if (text !== undefined && before !== undefined) content.splice(-1, 1, { text: before + text });
  else content.push(piece);
}

export function openImage(at: Place, start: JsonObject): Opened {
  let image: JsonObject = start;
  const bytes: Buffer[] = [];
  const push = (delta: JsonObject): readonly Part[] => {
    const more = objectOf(delta['image']) ?? {};
    const piece = stringOf(objectOf(more['source'])?.['bytes']);
    if (piece !== undefined) bytes.push(Buffer.from(piece, 'base64'));
    image = { ...image, ...restOf(more, []) };
    return [];
  };
  const end = (): readonly Part[] => {
    const source = bytes.length === 0 ? undefined : { bytes: Buffer.concat(bytes).toString('base64') };
    const whole = { ...image, ...optional('source', source) };
    return [{ type: 'block', ...at, value: parseMedia('image', whole) ?? foreign({ image: whole }) }];
  };
  return { block: { kind: 'image', push, end }, parts: [] };
}
