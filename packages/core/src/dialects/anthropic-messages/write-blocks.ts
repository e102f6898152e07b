import type { Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderToolName } from '../shared/text-tools.ts';
import { isToldCitation, renderCitation } from './convert-citation.ts';
import { renderInput } from './convert-tool-call.ts';
import { ownOf } from './own-extra.ts';
import { renderWholeBlock } from './render-answer.ts';
import type { BlockPart } from './serialise-blocks.ts';

/** One event, as Anthropic writes it. */
export function writeEvent(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** Writes blocks that come one after the other, with indexes that leave no gap. */
export interface BlockWriter {
  readonly write: (part: BlockPart) => string;
  /** Ends the block that is open, if there is one. */
  readonly close: () => string;
}

export function openWriter(): BlockWriter {
  let index = 0;
  let isOpen = false;
  let input: InputWriter | undefined;
  let reasoning: Extract<BlockPart, { type: 'reasoning-start' }> | undefined;

  const close = (): string => {
    if (!isOpen) return '';
    isOpen = false;
    return writeEvent('content_block_stop', { index: index++ });
  };
  const begin = (block: JsonObject): string => {
    const before = close();
    isOpen = true;
    return before + writeEvent('content_block_start', { index, content_block: block });
  };
  const add = (delta: JsonObject): string =>
    isOpen ? writeEvent('content_block_delta', { index, delta }) : '';
  /** What nearly every event is: it costs no object. */
  const say = (kind: 'text' | 'thinking', text: string): string =>
    isOpen && text !== ''
      ? `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${kind}_delta","${kind}":${JSON.stringify(text)}}}\n\n`
      : '';
  const addInput = (text: string): string =>
    text === '' ? '' : add({ type: 'input_json_delta', partial_json: text });

  /** Reasoning begins when there is something to show: it may turn out to be of another vendor's, and hidden. */
  const think = (): string => {
    if (reasoning === undefined || reasoning.isRedacted === true) return '';
    const { extra } = reasoning;
    reasoning = undefined;
    return begin({ type: 'thinking', thinking: '', signature: '', ...ownOf(extra) });
  };
  const endReasoning = (signature: Signature | undefined): string => {
    const value = signature?.dialect === 'anthropic-messages' ? signature.value : '';
    const started = reasoning;
    if (started?.isRedacted === true) {
      reasoning = undefined;
      return value === ''
        ? ''
        : begin({ type: 'redacted_thinking', data: value, ...ownOf(started.extra) }) + close();
    }
    const signed = value === '' ? '' : think() + add({ type: 'signature_delta', signature: value });
    reasoning = undefined;
    return signed + close();
  };

  return {
    close,
    write(part) {
      switch (part.type) {
        case 'text-start':
          return begin({ type: 'text', text: '', ...ownOf(part.extra) });
        case 'refusal-start':
          return begin({ type: 'text', text: '' });
        case 'text-delta':
        case 'refusal-delta':
          return say('text', part.text);
        case 'citation':
          return isToldCitation(part.citation)
            ? add({ type: 'citations_delta', citation: renderCitation(part.citation) })
            : '';
        case 'reasoning-start':
          reasoning = part;
          return close();
        case 'reasoning-delta':
          return part.text === '' ? '' : think() + say('thinking', part.text);
        case 'reasoning-end':
          return endReasoning(part.signature);
        case 'tool-input-start': {
          const { id, name, format, extra } = part;
          input = format === 'text' ? textInput() : jsonInput();
          return begin({
            type: 'tool_use',
            id,
            name: renderToolName(name, format),
            input: {},
            ...ownOf(extra),
          });
        }
        case 'tool-input-delta':
          return addInput(input?.take(part.text) ?? '');
        case 'tool-input-end':
          return addInput(input?.end() ?? '') + close();
        case 'text-end':
        case 'refusal-end':
          return close();
        default: {
          const whole = renderWholeBlock(part.value);
          return whole === undefined ? '' : writeWhole(whole, { begin, addInput }) + close();
        }
      }
    },
  };
}

interface Pen {
  readonly begin: (block: JsonObject) => string;
  readonly addInput: (text: string) => string;
}

/** SDKs read the input of a built-in tool from deltas, and everything else from the start. */
function writeWhole(block: JsonObject, { begin, addInput }: Pen): string {
  if (block['type'] !== 'server_tool_use') return begin(block);
  const { input = {}, ...rest } = block;
  return begin({ ...rest, input: {} }) + addInput(JSON.stringify(input));
}

interface InputWriter {
  take(text: string): string;
  end(): string;
}

/** `{"input": "..."}`, a piece at a time. */
function textInput(): InputWriter {
  let start = '{"input": "';
  const take = (text: string): string => {
    const piece = start + JSON.stringify(text).slice(1, -1);
    start = '';
    return piece;
  };
  return { take, end: () => `${take('')}"}` };
}

/** What turns out to be no object is kept to the end and wrapped, as in a whole answer. */
function jsonInput(): InputWriter {
  let held = '';
  let isObjectSoFar = false;
  return {
    take(text) {
      if (isObjectSoFar) return text;
      held += text;
      isObjectSoFar = held.trimStart().startsWith('{');
      return isObjectSoFar ? held : '';
    },
    end: () =>
      isObjectSoFar || held.trim() === '' ? '' : JSON.stringify(renderInput({ input: held, format: 'json' })),
  };
}
