import type { AnswerHead, ChatUsage, Finish, Part } from '../../protocol/chat-answer.ts';
import type { AnswerContext, StreamRenderer } from '../../protocol/codec.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined } from '../shared/read.ts';
import { renderError } from './convert-error.ts';
import { renderUsage } from './convert-usage.ts';
import { renderFinish } from './map-finish-reason.ts';
import { ownOf } from './own-extra.ts';
import { renderAnswerTier, renderHead } from './render-answer.ts';
import { openLane } from './serialise-blocks.ts';
import { openWriter, writeEvent } from './write-blocks.ts';

/**
 * The message starts with its first content, so that it can tell the usage that is known by then; what becomes known
 * later stands in `message_delta`, whose numbers are those of the whole message.
 */
export function renderStream(context: AnswerContext): StreamRenderer {
  const lane = openLane();
  const writer = openWriter();
  let head: AnswerHead = {};
  let usage: ChatUsage | undefined;
  let finish: Finish | undefined;
  let hasCalls = false;
  let isOver = false;
  let started: AnswerHead | undefined;

  const start = (): string => {
    if (started !== undefined) return '';
    started = head;
    return writeEvent('message_start', {
      message: {
        ...renderHead(head, context),
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...renderUsage(usage), ...renderAnswerTier(head.serviceTier) },
        ...ownOf(head.extra),
      },
    });
  };

  const push = (part: Part): string => {
    switch (part.type) {
      case 'head': {
        const { type: _, ...more } = part;
        head = { ...head, ...more };
        return '';
      }
      case 'usage':
        usage = part.usage;
        return '';
      case 'error':
        isOver = true;
        return writeError(renderError(part.error).body);
      case 'logprobs':
        return '';
      case 'finish':
        if (part.choice === 0) finish = part.finish;
        return '';
      default:
        if (part.choice !== 0) return '';
        hasCalls ||= part.type === 'tool-input-start';
        return start() + lane.push(part).map(writer.write).join('');
    }
  };

  return {
    push: (part) => (isOver ? '' : push(part)),
    end() {
      if (isOver) return '';
      isOver = true;
      // Nothing is made up: an answer of which the end is not known is no answer.
      if (finish === undefined) return writeError(brokenOff);
      const last = start() + lane.flush().map(writer.write).join('') + writer.close();
      const { container, ...late } = lateFields(ownOf(head.extra), ownOf(started?.extra));
      const tier = head.serviceTier === started?.serviceTier ? undefined : head.serviceTier;
      return (
        last +
        writeEvent('message_delta', {
          delta: { ...renderFinish(finish, hasCalls), ...defined({ container }) },
          usage: { ...renderUsage(usage), ...renderAnswerTier(tier) },
          ...late,
        }) +
        writeEvent('message_stop', {})
      );
    },
  };
}

function lateFields(now: JsonObject, before: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
}

const brokenOff: JsonObject = {
  error: { type: 'api_error', message: 'The answer was broken off before its end.' },
  request_id: null,
};

function writeError({ error, request_id }: JsonObject): string {
  return writeEvent('error', { error, request_id });
}
