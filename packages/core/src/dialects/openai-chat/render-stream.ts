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
  /** Long fields of the whole that are still to be told, and those that were. */
  let news: JsonObject = {};
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
      news = { ...news, [name]: value };
    }
    const short = Object.entries({ ...fields, ...identity }).filter(([, value]) => typeof value !== 'object');
    opening = `data: ${JSON.stringify(Object.fromEntries(short)).slice(0, -1)}`;
    return opening;
  };

  const event = (rest: JsonObject): string => {
    const start = open();
    const text = JSON.stringify({ ...news, ...rest });
    news = {};
    return `${start},${text.slice(1)}\n\n`;
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
        return render(part)
          .map((choice) => event({ choices: [choice] }))
          .join('');
      }
      return '';
    },
    end: () => {
      if (hasFailed) return '';
      const isTold = usage !== undefined && context.request.wantsUsage;
      const last = isTold && usage !== undefined ? event({ choices: [], usage: renderUsage(usage) }) : '';
      return `${last}data: [DONE]\n\n`;
    },
  };
}
