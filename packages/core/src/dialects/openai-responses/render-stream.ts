import type {
  AnswerHead,
  ChatUsage,
  Finish,
  Logprob,
  Part,
  ProviderError,
} from '../../protocol/chat-answer.ts';
import type { AnswerContext, StreamRenderer } from '../../protocol/codec.ts';
import type { Extra } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { fieldsOf, optional } from '../shared/read.ts';
import { wordError } from './convert-error.ts';
import { placeLogprobs } from './convert-logprobs.ts';
import { renderUsage } from './convert-usage.ts';
import { type BlockEnd, createEventWriter, type WrittenBlock } from './event-writer.ts';
import { joins } from './group-items.ts';
import { renderFinish } from './map-finish-reason.ts';
import { dialect, ownOf } from './own-extra.ts';
import { foreignItem, pictureItem } from './render-items.ts';
import { echoRequest, type ResponseState, renderResponse } from './render-response.ts';
import { writeCall } from './write-call.ts';
import { type WrittenMessage, writeMessage } from './write-message.ts';
import { writeReasoning } from './write-reasoning.ts';
import { createOutput } from './written-output.ts';

/** Writes one stream; choices but the first have no place in it. */
export function renderStream(context: AnswerContext): StreamRenderer {
  const write = createEventWriter();
  const output = createOutput(write, context.id);
  const echo = echoRequest(context);
  const blocks = new Map<number, WrittenBlock>();
  /** The message that the next part may join, and the one that tokens belong to. */
  let message: WrittenMessage | undefined;
  let head: AnswerHead = {};
  let usage: ChatUsage | undefined;
  let finish: Finish | undefined;
  const lateTokens: Logprob[] = [];
  let hasRefusal = false;
  let isStarted = false;
  let isOver = false;

  function respond(state: ResponseState): JsonObject {
    return renderResponse(head, { context, echo }, state);
  }

  function start(): string {
    if (isStarted) return '';
    isStarted = true;
    const response = respond({ status: 'in_progress', output: [] });
    return write('response.created', { response }) + write('response.in_progress', { response });
  }

  /** The id that a stream began with is its id to the end. */
  function learn(part: Extract<Part, { type: 'head' }>): string {
    const { type: _, id, ...more } = part;
    head = isStarted ? { ...head, ...more } : { ...more, ...optional('id', id) };
    return start();
  }

  /** The message that a part goes into: the one before, or a new one. */
  function messageFor(type: 'text' | 'other', extra: Extra | undefined): [WrittenMessage, string] {
    const current = output.last() === message ? message : undefined;
    if (current !== undefined && joins(current, type, extra)) return [current, ''];
    const fields = ownOf(extra)['item'];
    const { place, text } = output.next('msg', fieldsOf(fields)['id']);
    message = writeMessage(write, place, fields);
    return [message, text + output.open(message)];
  }

  function startPart(type: 'text' | 'refusal', block: number, extra: Extra | undefined): string {
    const [current, opened] = messageFor(type === 'text' ? 'text' : 'other', extra);
    const started = current.start(type, extra);
    blocks.set(block, started.block);
    hasRefusal ||= type === 'refusal';
    return opened + started.text;
  }

  function startCall(part: Extract<Part, { type: 'tool-input-start' }>): string {
    const { id, name, format, extra, block } = part;
    const next = output.next(format === 'text' ? 'ctc' : 'fc', ownOf(extra)['id']);
    const call = { type: 'tool-call', id, name, format, input: '', ...optional('extra', extra) } as const;
    const written = writeCall(write, call, next.place);
    blocks.set(block, written);
    return next.text + output.open(written);
  }

  /** A block in one piece: an item, or a part of a message that only this API knows. */
  function showBlock({ value }: Extract<Part, { type: 'block' }>): string {
    if (value.type === 'foreign' && value.dialect !== dialect) return '';
    if (ownOf(value.extra)['isPart'] === true && value.type === 'foreign') {
      const [current, opened] = messageFor('other', value.extra);
      return opened + current.insert(value.value);
    }
    if (value.type === 'media' && pictureItem(value, '') === undefined) return '';
    const wanted = value.type === 'foreign' ? value.value['id'] : ownOf(value.extra)['id'];
    const { place, text } = output.next(value.type === 'foreign' ? 'item' : 'ig', wanted);
    const item =
      value.type === 'foreign' ? foreignItem(value.value, place.id) : fieldsOf(pictureItem(value, place.id));
    const at = { output_index: place.index, item };
    output.items[place.index] = item;
    return text + write('response.output_item.added', at) + write('response.output_item.done', at);
  }

  function count(tokens: readonly Logprob[]): string {
    if (message?.count(tokens) !== true) for (const token of tokens) lateTokens.push(token);
    return '';
  }

  /** Both forms in which OpenAI breaks off: some clients know only the one, some only the other. */
  function fail(error: ProviderError): string {
    isOver = true;
    const worded = wordError(error);
    const { message: reason, code, param } = worded;
    const response = respond({
      status: 'failed',
      output: output.items.filter((item) => item !== undefined),
      error: { code: code ?? 'server_error', message: reason },
      usage: usage && renderUsage(usage),
    });
    return (
      start() +
      write('response.failed', { response }) +
      write('error', { code: code ?? 'server_error', message: reason, param })
    );
  }

  function say(part: Exclude<Part, { type: 'head' | 'usage' | 'finish' | 'error' }>): string {
    switch (part.type) {
      case 'text-start':
        return startPart('text', part.block, part.extra);
      case 'refusal-start':
        return startPart('refusal', part.block, undefined);
      case 'reasoning-start':
        blocks.set(part.block, writeReasoning(write, output, part.extra));
        return '';
      case 'tool-input-start':
        return startCall(part);
      case 'block':
        return showBlock(part);
      case 'logprobs':
        return count(part.tokens);
      case 'citation':
        return blocks.get(part.block)?.cite(part.citation) ?? '';
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
      case 'tool-input-delta':
        return blocks.get(part.block)?.delta(part.text) ?? '';
      default:
        return blocks.get(part.block)?.end(endOf(part)) ?? '';
    }
  }

  function push(part: Part): string {
    if (isOver || ('choice' in part && part.choice !== 0)) return '';
    switch (part.type) {
      case 'head':
        return learn(part);
      case 'usage':
        usage = part.usage;
        return start();
      case 'finish':
        finish = part.finish;
        return start();
      case 'error':
        return fail(part.error);
      default:
        return start() + say(part);
    }
  }

  function end(): string {
    if (isOver) return '';
    if (finish === undefined) return fail(unfinished);
    isOver = true;
    const ending = renderFinish(finish, hasRefusal);
    const text = start() + output.close(ending.status);
    const items = output.items.filter((item) => item !== undefined);
    const response = respond({
      ...ending,
      output: placeLogprobs(items, lateTokens),
      usage: usage && renderUsage(usage),
    });
    return text + write(`response.${ending.status}`, { response });
  }

  return { push, end };
}

/** Nothing says that the answer is whole. */
const unfinished: ProviderError = {
  kind: 'server',
  status: 502,
  message: 'The answer ended before it was complete.',
};

function endOf(part: object): BlockEnd {
  const { signature, extra }: BlockEnd = part;
  return { ...optional('signature', signature), ...optional('extra', extra) };
}
