import type { ChatUsage, Finish, Part } from '../../protocol/chat-answer.ts';
import type { StreamParser, WireEvent } from '../../protocol/codec.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fieldsOf, indexOf, isObject, listOf, protocolError, stringOf, wordOf } from '../shared/read.ts';
import { saidText } from '../shared/said.ts';
import { parseFailure } from './convert-error.ts';
import { parseUsage } from './convert-usage.ts';
import { parseFinish } from './map-finish-reason.ts';
import { parseHead } from './parse-answer.ts';
import { streamCall } from './stream-call.ts';
import { streamForeign } from './stream-foreign.ts';
import { type StreamContext, type StreamItem, typeOfEvent, typeOfPart } from './stream-item.ts';
import { streamMessage } from './stream-message.ts';
import { streamReasoning } from './stream-reasoning.ts';

/**
 * Reads one stream. The finish is told at its end, not with `response.completed`: some servers let a further response
 * follow in the same stream (each a step of an agent's), and that belongs to the answer.
 */
export function parseStream(): StreamParser {
  const context: StreamContext = { blocks: 0, previous: undefined, types: new Set() };
  let byIndex = new Map<number, StreamItem>();
  let items: StreamItem[] = [];
  let id: string | undefined;
  let finish: Finish | undefined;
  let isOver = false;

  function begin(response: JsonObject, isCreated: boolean): Part[] {
    const { extra: _, ...head } = parseHead(response);
    if (finish !== undefined) {
      if (head.id === id) return [];
      // The next response of an agent: its items are counted anew.
      finish = undefined;
      byIndex = new Map();
      items = [];
    } else if (id !== undefined) {
      // GitHub's server gives the response another id in each event.
      if (head.id === undefined || head.id === id || !isCreated) return [];
      if (items.length > 0) throw protocolError('another response begins before the first has ended');
    }
    id = head.id;
    return [{ type: 'head', ...head }];
  }

  function create(type: string, item: JsonObject, index: number | undefined): StreamItem {
    const made = itemOf(type, item, context);
    items.push(made);
    byIndex.set(index ?? items.length - 1, made);
    return made;
  }

  /** By place first: some servers give an item another id in each event. */
  function find(event: JsonObject, type: string | undefined): StreamItem | undefined {
    const index = indexOf(event['output_index']);
    const placed = index === undefined ? undefined : byIndex.get(index);
    if (placed !== undefined && (type === undefined || placed.type === type)) return placed;
    const wanted = wordOf(event['item_id']);
    if (wanted === undefined) return undefined;
    return items.findLast(
      (known) => known.item['id'] === wanted && (type === undefined || known.type === type),
    );
  }

  function add(event: JsonObject): readonly Part[] {
    const item = fieldsOf(event['item']);
    const type = wordOf(item['type']);
    if (type === undefined) return [];
    const known = find({ ...event, item_id: item['id'] }, type);
    const isAgain =
      known !== undefined && (known.item['id'] === item['id'] || known.item['id'] === undefined);
    if (isAgain) {
      if (!known.isDone) known.item = { ...known.item, ...item };
      return known.isDone ? [] : known.take('response.output_item.added', event);
    }
    return create(type, item, indexOf(event['output_index'])).take('response.output_item.added', event);
  }

  function complete(event: JsonObject): readonly Part[] {
    const item = fieldsOf(event['item']);
    const type = wordOf(item['type']);
    if (type === undefined) return [];
    const known =
      find({ ...event, item_id: item['id'] }, type) ?? create(type, item, indexOf(event['output_index']));
    return known.isDone ? [] : known.finish(item);
  }

  function pass(type: string, event: JsonObject): readonly Part[] {
    const isPart = type.startsWith('response.content_part.');
    const itemType = isPart ? typeOfPart(event['part']) : typeOfEvent(type);
    if (itemType === undefined) return [];
    const known = find(event, itemType);
    const item =
      known ?? create(itemType, { type: itemType, id: event['item_id'] }, indexOf(event['output_index']));
    if (!item.isDone) return item.take(type, event);
    const isMore = type.endsWith('.delta') && saidText(event['delta'], 'a delta') !== '';
    if (isMore) throw protocolError('an item goes on after its end');
    return [];
  }

  /** The response is whole: what its items lack still is taken from it. */
  function conclude(response: JsonObject): Part[] {
    const out: Part[] = id === undefined ? begin(response, true) : [];
    const output = listOf(response['output']);
    const before = items.length;
    for (const [index, item] of output.entries()) {
      if (!isObject(item)) continue;
      const type = wordOf(item['type']) ?? '';
      const known = counterpart(item, type, index);
      if (known?.isDone === true || (known === undefined && before > index)) continue;
      out.push(...(known ?? create(type, item, index)).finish(item));
    }
    for (const item of items) if (!item.isDone) out.push(...item.finish(undefined));
    out.push({ type: 'head', ...parseHead(response) });
    const usage: ChatUsage | undefined = parseUsage(response['usage'], response['output']);
    if (usage !== undefined) out.push({ type: 'usage', usage });
    finish = parseFinish(response, context.types);
    return out;
  }

  function counterpart(item: JsonObject, type: string, index: number): StreamItem | undefined {
    const wanted = wordOf(item['id']);
    const byId = wanted === undefined ? undefined : items.find((known) => known.item['id'] === wanted);
    if (byId !== undefined) return byId;
    const placed = byIndex.get(index);
    return placed?.type === type ? placed : undefined;
  }

  function fail(body: JsonObject, usage: Json | undefined): Part[] {
    isOver = true;
    const counted = parseUsage(usage);
    return [
      ...(counted === undefined ? [] : [{ type: 'usage', usage: counted } as const]),
      { type: 'error', error: parseFailure(body) },
    ];
  }

  function close(): Part[] {
    isOver = true;
    return finish === undefined ? [] : [{ type: 'finish', choice: 0, finish }];
  }

  function push({ name, data }: WireEvent): readonly Part[] {
    if (isOver) return [];
    if (data === undefined) return finish === undefined ? [] : close();
    const type = stringOf(data['type']) ?? name ?? '';
    if (type === 'error' || (!type.startsWith('response.') && isFailure(data['error'])))
      return fail(data, undefined);
    const response = fieldsOf(data['response']);
    if (type === 'response.failed') return fail(response, response['usage']);
    if (type === 'response.created' || type === 'response.in_progress' || type === 'response.queued') {
      return begin(response, type === 'response.created');
    }
    if (finish !== undefined) return [];
    switch (type) {
      case 'response.completed':
      case 'response.incomplete':
      case 'response.cancelled':
        if (response['status'] === 'failed') return fail(response, response['usage']);
        return conclude({ status: type.slice('response.'.length), ...response });
      case 'response.output_item.added':
        return add(data);
      case 'response.output_item.done':
        return complete(data);
      default:
        return pass(type, data);
    }
  }

  function end(): readonly Part[] {
    if (isOver) return [];
    if (finish === undefined) throw protocolError('the stream ended before its last event');
    return close();
  }

  return { push, end };
}

/** The form in which everything else of OpenAI's breaks off a stream. */
function isFailure(error: Json | undefined): boolean {
  return isObject(error) || wordOf(error) !== undefined;
}

function itemOf(type: string, item: JsonObject, context: StreamContext): StreamItem {
  switch (type) {
    case 'message':
      return streamMessage(item, context);
    case 'reasoning':
      return streamReasoning(item, context);
    case 'function_call':
    case 'custom_tool_call':
      return streamCall(item, type, context);
    default:
      return streamForeign(item, type, context);
  }
}
