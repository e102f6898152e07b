import type { AnswerHead, ChatUsage, Part } from '../../protocol/chat-answer.ts';
import type { AnswerContext, StreamRenderer } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { renderErrorBody } from './convert-error.ts';
import { renderUsage } from './convert-usage.ts';
import { renderHead } from './render-head.ts';
import { type ChoicePart, type ChunkChoice, renderStreamChoice } from './render-stream-choice.ts';

/** Writes a stream of chunks. Id, time and model are those that were known with the first. */
export function renderStream(context: AnswerContext): StreamRenderer {
  const choices = new Map<number, (part: ChoicePart) => readonly ChunkChoice[]>();
  let head: AnswerHead = {};
  let usage: ChatUsage | undefined;
  let hasFailed = false;
  /** What no later head changes. */
  let identity: JsonObject | undefined;
  /** The start of every chunk, as text; made anew when the head changes. */
  let opening: string | undefined;
  /** Long fields of the whole that are still to be told, as text with a comma behind each, and those that were. */
  let news = '';
  const told = new Map<string, string>();

  const open = (): string => {
    if (opening !== undefined) return opening;
    const fields = renderHead(head, context, 'chat.completion.chunk');
    const { id, object, created, model } = fields;
    identity ??= { id, object, created, model };
    for (const [name, value] of Object.entries(fields)) {
      const text = typeof value === 'object' ? JSON.stringify(value) : undefined;
      if (text === undefined || told.get(name) === text) continue;
      told.set(name, text);
      news += `${JSON.stringify(name)}:${text},`;
    }
    const short = Object.entries({ ...fields, ...identity }).filter(([, value]) => typeof value !== 'object');
    opening = `data: ${JSON.stringify(Object.fromEntries(short)).slice(0, -1)}`;
    return opening;
  };

  /** `rest`: the fields of this chunk only, as text. */
  const event = (rest: string): string => {
    const text = `${open()},${news}${rest}}\n\n`;
    news = '';
    return text;
  };

  const pushHead = (part: Extract<Part, { type: 'head' }>): void => {
    const { type: _, ...next } = part;
    head = { ...head, ...next };
    opening = undefined;
  };

  return {
    push: (part) => {
      if (hasFailed) return '';
      if (part.type === 'head') pushHead(part);
      else if (part.type === 'usage') usage = part.usage;
      else if (part.type === 'error') {
        hasFailed = true;
        return `data: ${JSON.stringify(renderErrorBody(part.error))}\n\n`;
      } else {
        const render = choices.get(part.choice) ?? renderStreamChoice(part.choice, context);
        choices.set(part.choice, render);
        let text = '';
        for (const choice of render(part)) text += event(`"choices":[${choice}]`);
        return text;
      }
      return '';
    },
    end: () => {
      if (hasFailed) return '';
      const last =
        usage !== undefined && context.request.wantsUsage
          ? event(`"choices":[],"usage":${JSON.stringify(renderUsage(usage))}`)
          : '';
      return `${last}data: [DONE]\n\n`;
    },
  };
}
