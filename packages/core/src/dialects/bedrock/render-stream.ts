import type { AnswerHead, ChatUsage, Part, ProviderError } from '../../protocol/chat-answer.ts';
import type { StreamRenderer } from '../../protocol/codec.ts';
import type { AssistantBlock, Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isEmpty, listOf, objectOf, optional } from '../shared/read.ts';
import { renderToolName } from '../shared/text-tools.ts';
import { isToldCitation, renderCitation } from './convert-citation.ts';
import { renderException } from './convert-error.ts';
import { renderMedia } from './convert-media.ts';
import { renderUsage } from './convert-usage.ts';
import { ownOf } from './own-extra.ts';
import { renderEnd, renderHead } from './render-answer.ts';
import { renderToolInput } from './tool-input.ts';

type Event = readonly [name: string, data: JsonObject];

interface BlockState {
  /** The index on the wire, from the first event on. */
  index: number | undefined;
  hasText: boolean;
  /** Free text of a custom tool, which must become an object as a whole. */
  held: string | undefined;
}

/** The events of ConverseStream as text, `event: <name>` and `data: <json>`; they are framed by whoever sends them. */
export function renderStream(): StreamRenderer {
  const states = new Map<number, BlockState>();
  let indices = 0;
  let head: AnswerHead = {};
  let usage: ChatUsage | undefined;
  let hasStarted = false;
  let isFinished = false;

  const stateOf = (block: number): BlockState => {
    const state = states.get(block) ?? { index: undefined, hasText: false, held: undefined };
    states.set(block, state);
    return state;
  };
  const indexOf = (block: number): number => {
    const state = stateOf(block);
    state.index ??= indices++;
    return state.index;
  };
  const delta = (block: number, value: JsonObject): Event => [
    'contentBlockDelta',
    { contentBlockIndex: indexOf(block), delta: value },
  ];
  const start = (block: number, value: JsonObject): Event => [
    'contentBlockStart',
    { contentBlockIndex: indexOf(block), start: value },
  ];
  const stop = (block: number): Event[] => {
    const { index } = stateOf(block);
    states.delete(block);
    return index === undefined ? [] : [['contentBlockStop', { contentBlockIndex: index }]];
  };
  const text = (block: number, value: string): Event => {
    stateOf(block).hasText = true;
    return delta(block, { text: value });
  };
  const endReasoning = (block: number, signature: Signature | undefined, isRedacted: boolean): Event[] => {
    if (signature?.dialect !== 'bedrock') return stop(block);
    const said = isRedacted ? { redactedContent: signature.value } : { signature: signature.value };
    return [delta(block, { reasoningContent: said }), ...stop(block)];
  };
  const redacted = new Set<number>();

  const renderWhole = (block: number, value: AssistantBlock): Event[] => {
    const wire =
      value.type === 'media'
        ? renderMedia(value, 'document')
        : value.type === 'foreign' && value.dialect === 'bedrock'
          ? value.value
          : {};
    if (typeof wire === 'string') return [];
    const image = objectOf(wire['image']);
    if (image !== undefined)
      return [
        start(block, { image: { ...optional('format', image['format']) } }),
        delta(block, {
          image: { ...optional('source', image['source']), ...optional('error', image['error']) },
        }),
        ...stop(block),
      ];
    const { input, ...use } = objectOf(wire['toolUse']) ?? {};
    if (!isEmpty(use))
      return [
        start(block, { toolUse: use }),
        delta(block, { toolUse: { input: JSON.stringify(input ?? {}) } }),
        ...stop(block),
      ];
    const { content, ...result } = objectOf(wire['toolResult']) ?? {};
    if (isEmpty(result)) return [];
    return [
      start(block, { toolResult: result }),
      ...listOf(content).map((piece) => delta(block, { toolResult: [piece] })),
      ...stop(block),
    ];
  };

  const render = (part: Part): Event[] => {
    switch (part.type) {
      case 'head': {
        const { type: _, ...more } = part;
        head = { ...head, ...more };
        return [];
      }
      case 'usage':
        usage = part.usage;
        return [];
      case 'text-delta':
      case 'refusal-delta':
        return [text(part.block, part.text)];
      case 'citation':
        return isToldCitation(part.citation)
          ? [delta(part.block, { citation: renderCitation(part.citation) })]
          : [];
      case 'text-end':
      case 'refusal-end':
        return [...(stateOf(part.block).hasText ? [] : [text(part.block, '')]), ...stop(part.block)];
      case 'reasoning-start':
        if (part.isRedacted === true) redacted.add(part.block);
        return [];
      case 'reasoning-delta':
        return part.text === '' ? [] : [delta(part.block, { reasoningContent: { text: part.text } })];
      case 'reasoning-end':
        return endReasoning(part.block, part.signature, redacted.has(part.block));
      case 'tool-input-start': {
        if (part.format === 'text') stateOf(part.block).held = '';
        const name = renderToolName(part.name, part.format);
        const toolUse = { ...ownOf(part.extra), toolUseId: part.id, name };
        return [start(part.block, { toolUse })];
      }
      case 'tool-input-delta': {
        const state = stateOf(part.block);
        if (state.held === undefined) return [delta(part.block, { toolUse: { input: part.text } })];
        state.held += part.text;
        return [];
      }
      case 'tool-input-end': {
        const { held } = stateOf(part.block);
        if (held === undefined) return stop(part.block);
        const input = JSON.stringify(renderToolInput({ format: 'text', input: held }));
        return [delta(part.block, { toolUse: { input } }), ...stop(part.block)];
      }
      case 'block':
        return renderWhole(part.block, part.value);
      case 'finish':
        isFinished = true;
        return [['messageStop', renderEnd(part)]];
      default:
        return [];
    }
  };

  return {
    push(part: Part): string {
      if (part.type === 'error') return renderError(part.error);
      if (('choice' in part && part.choice !== 0) || isFinishedFor(part, isFinished)) return '';
      const before: Event[] = hasStarted ? [] : [['messageStart', { role: 'assistant' }]];
      hasStarted = true;
      return [...before, ...render(part)].map(write).join('');
    },
    end(): string {
      if (!isFinished) return '';
      return write(['metadata', { ...renderHead(head), ...optional('usage', usage && renderUsage(usage)) }]);
    },
  };
}

/** Nothing of the answer comes after its end; what is known of it may. */
function isFinishedFor(part: Part, isFinished: boolean): boolean {
  return isFinished && part.type !== 'head' && part.type !== 'usage';
}

function renderError(error: ProviderError): string {
  return write(renderException(error));
}

function write([name, data]: Event): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
