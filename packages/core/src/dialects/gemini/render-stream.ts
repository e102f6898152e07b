import type { AnswerHead, ChatUsage, Part } from '../../protocol/chat-answer.ts';
import type { AnswerContext, StreamRenderer } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderError } from './convert-error.ts';
import { isBlocked, renderEnd, renderResponse } from './render-answer.ts';
import { type ChoiceRenderer, renderChoice } from './render-choice.ts';

/** How the chunks of a stream are set apart. */
interface Framing {
  chunk(json: string, isFirst: boolean): string;
  end(isEmpty: boolean): string;
}

const events: Framing = {
  chunk: (json) => `data: ${json}\n\n`,
  end: () => '',
};

/** As Google writes it: what comes between two elements goes out with the later one. */
const array: Framing = {
  chunk: (json, isFirst) => (isFirst ? `[${json}` : `,\r\n${json}`),
  end: (isEmpty) => (isEmpty ? '[]' : ']'),
};

/** Server-sent events, as with `alt=sse`. */
export function renderStream(context: AnswerContext): StreamRenderer {
  return renderFramed(context, events);
}

/** One JSON array, element by element: what Google gives without `alt=sse`. */
export function renderArrayStream(context: AnswerContext): StreamRenderer {
  return renderFramed(context, array);
}

function renderFramed(context: AnswerContext, framing: Framing): StreamRenderer {
  const choices = new Map<number, ChoiceRenderer>();
  let head: AnswerHead = {};
  /** What every chunk says of the whole, as text; made anew when the head changes. */
  let repeated: string | undefined;
  let usage: ChatUsage | undefined;
  let isFirst = true;
  let isOver = false;

  const frame = (json: string): string => {
    const text = framing.chunk(json, isFirst);
    isFirst = false;
    return text;
  };

  const renderRepeated = (): string => {
    const { extra: _, created: __, serviceTier: ___, ...known } = head;
    const whole = renderResponse([], { head: known, usage: undefined, context, blocked: undefined });
    return JSON.stringify(whole).slice(1);
  };

  /** A chunk with some parts of one answer; what is told once is told in the last chunk. */
  const renderParts = (index: number, parts: readonly JsonObject[]): string => {
    if (parts.length === 0) return '';
    repeated ??= renderRepeated();
    const candidate = `{"content":{"role":"model","parts":${JSON.stringify(parts)}},"index":${index}}`;
    return frame(`{"candidates":[${candidate}],${repeated}`);
  };

  const choiceOf = (index: number): ChoiceRenderer => {
    const choice = choices.get(index) ?? renderChoice(index);
    choices.set(index, choice);
    return choice;
  };

  const renderLast = (): string => {
    const ended = [...choices.values()].flatMap((choice) => choice.ended() ?? []);
    const blocked = ended.find((choice) => isBlocked(choice));
    const candidates = ended
      .filter((choice) => !isBlocked(choice))
      .map(({ parts, texts, citations, ...choice }) => ({
        content: { role: 'model', parts },
        ...renderEnd(choice, texts, citations),
      }));
    if (ended.length === 0 && usage === undefined) return '';
    return frame(JSON.stringify(renderResponse(candidates, { head, usage, context, blocked })));
  };

  return {
    push(part: Part) {
      if (isOver) return '';
      switch (part.type) {
        case 'head': {
          const { type: _, ...more } = part;
          // The id that went out with the first chunk stays.
          head = { ...head, ...more, ...(isFirst ? {} : { id: head.id ?? context.id }) };
          repeated = undefined;
          return '';
        }
        case 'usage':
          usage = part.usage;
          return '';
        case 'error': {
          isOver = true;
          const held = [...choices].map(([index, choice]) => renderParts(index, choice.release())).join('');
          return held + frame(JSON.stringify(renderError(part.error).body)) + framing.end(false);
        }
        default:
          return renderParts(part.choice, choiceOf(part.choice).push(part));
      }
    },
    end() {
      if (isOver) return '';
      isOver = true;
      return renderLast() + framing.end(isFirst);
    },
  };
}
