import type { Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { isObject, protocolError, stringOf, wordOf } from '../shared/read.ts';
import { parseToolName } from '../shared/text-tools.ts';
import { parseCitation } from './convert-citation.ts';
import { parseMedia } from './convert-media.ts';
import {
  jsonTool,
  madeUpId,
  parseCallExtra,
  parseInput,
  parseInputText,
  renderInput,
} from './convert-tool-call.ts';
import { extraOf, ownOf } from './own-extra.ts';
import { parseReasoningBlock } from './parse-reasoning-block.ts';
import { parseText } from './parse-text.ts';

/** A block of a stream, from its start to its end. */
export interface OpenBlock {
  readonly start: readonly Part[];
  take(delta: JsonObject): readonly Part[];
  end(): readonly Part[];
}

interface Place {
  readonly choice: number;
  readonly block: number;
}

/** `block` is its place in the message. */
export function openBlock(wire: JsonObject, block: number): OpenBlock {
  const at: Place = { choice: 0, block };
  switch (wire['type']) {
    case 'text':
      return openText(wire, at);
    case 'thinking':
    case 'redacted_thinking':
      return openReasoning(wire, at);
    case 'tool_use':
      if (wordOf(wire['name']) === undefined)
        throw protocolError('the upstream called a tool without a name');
      return wire['name'] === jsonTool ? openJson(wire, at) : openTool(wire, at);
    default:
      return openForeign(wire, at);
  }
}

const textDeltas = ['text_delta', 'thinking_delta', 'input_json_delta'];

/** What a delta adds: a delta of another block's kind would be lost, one of an unknown kind is passed over. */
function pieceOf(delta: JsonObject, type: string, field: string): string {
  if (delta['type'] === type) return stringOf(delta[field]) ?? '';
  if (textDeltas.includes(stringOf(delta['type']) ?? ''))
    throw protocolError('the stream adds to a block what is not of its kind');
  return '';
}

function openText(wire: JsonObject, at: Place): OpenBlock {
  const { text, citations = [], extra } = parseText(wire);
  return {
    start: [
      { type: 'text-start', ...at, ...extraOf(extra && ownOf(extra)) },
      ...textDelta(text, at),
      ...citations.map((citation): Part => ({ type: 'citation', ...at, citation })),
    ],
    take(delta) {
      const { citation } = delta;
      if (delta['type'] === 'citations_delta')
        return isObject(citation) ? [{ type: 'citation', ...at, citation: parseCitation(citation) }] : [];
      return textDelta(pieceOf(delta, 'text_delta', 'text'), at);
    },
    end: () => [{ type: 'text-end', ...at }],
  };
}

function textDelta(text: string, at: Place): Part[] {
  return text === '' ? [] : [{ type: 'text-delta', ...at, text }];
}

function openReasoning(wire: JsonObject, at: Place): OpenBlock {
  const { text, isRedacted, extra, ...block } = parseReasoningBlock(wire);
  let signature = block.signature?.value;
  const thought = (piece: string): Part[] =>
    piece === '' ? [] : [{ type: 'reasoning-delta', ...at, text: piece }];
  return {
    start: [
      {
        type: 'reasoning-start',
        ...at,
        ...(isRedacted === true ? { isRedacted } : {}),
        ...extraOf(extra && ownOf(extra)),
      },
      ...thought(text),
    ],
    take(delta) {
      // Comes whole, before the end; as in Anthropic's SDKs a later one replaces an earlier.
      if (delta['type'] === 'signature_delta') signature = wordOf(delta['signature']) ?? signature;
      // What is redacted has no text.
      return thought(pieceOf(delta, isRedacted === true ? '' : 'thinking_delta', 'thinking'));
    },
    end: () => [
      {
        type: 'reasoning-end',
        ...at,
        ...(signature === undefined
          ? {}
          : { signature: { dialect: 'anthropic-messages', value: signature } }),
      },
    ],
  };
}

/** The tool that stands for JSON: its input is what the model says. */
function openJson(wire: JsonObject, at: Place): OpenBlock {
  let isEmpty = true;
  return {
    start: [{ type: 'text-start', ...at }],
    take(delta) {
      const text = pieceOf(delta, 'input_json_delta', 'partial_json');
      isEmpty &&= text.trim() === '';
      return textDelta(text, at);
    },
    end: () => [
      ...(isEmpty ? textDelta(parseInput(wire['input'], 'json'), at) : []),
      { type: 'text-end', ...at },
    ],
  };
}

/** How broken arguments begin; see `renderInput`. */
const brokenStart = '{"INVALID_JSON"';

function openTool(wire: JsonObject, at: Place): OpenBlock {
  const wireName = stringOf(wire['name']) ?? '';
  const { name, format } = parseToolName(wireName);
  let isEmpty = true;
  // What must be seen whole before it can be told: the input of a tool that takes text, or broken arguments.
  let held: string | undefined = '';
  const input = (text: string): Part[] => (text === '' ? [] : [{ type: 'tool-input-delta', ...at, text }]);
  return {
    start: [
      {
        type: 'tool-input-start',
        ...at,
        id: wordOf(wire['id']) ?? madeUpId(at.block, wireName),
        name,
        format,
        ...extraOf(parseCallExtra(wire, [])),
      },
    ],
    take(delta) {
      const text = pieceOf(delta, 'input_json_delta', 'partial_json');
      isEmpty &&= text.trim() === '';
      if (held === undefined) return input(text);
      held += text;
      const begun = held.trimStart();
      if (format === 'text' || brokenStart.startsWith(begun) || begun.startsWith(brokenStart)) return [];
      const whole = held;
      held = undefined;
      return input(whole);
    },
    end: () => [
      ...input(
        isEmpty
          ? parseInput(wire['input'], format)
          : parseInputText(held ?? '', held === undefined ? 'text' : format),
      ),
      { type: 'tool-input-end', ...at },
    ],
  };
}

/** Told when it is whole; deltas that are not known are laid into the field of the same name. */
function openForeign(wire: JsonObject, at: Place): OpenBlock {
  const fields = new Map<string, Json | undefined>(Object.entries(wire));
  let input = '';
  return {
    start: [],
    take(delta) {
      for (const [name, value] of Object.entries(delta)) {
        if (name === 'type' || value === undefined || value === null) continue;
        const before = fields.get(name);
        if (name === 'partial_json') input += stringOf(value) ?? '';
        else
          fields.set(name, typeof before === 'string' && typeof value === 'string' ? before + value : value);
      }
      return [];
    },
    end() {
      if (input.trim() !== '') fields.set('input', renderInput({ input, format: 'json' }));
      const value: JsonObject = Object.fromEntries(fields);
      const media = value['type'] === 'image' || value['type'] === 'document' ? parseMedia(value) : undefined;
      return [
        { type: 'block', ...at, value: media ?? { type: 'foreign', dialect: 'anthropic-messages', value } },
      ];
    },
  };
}
