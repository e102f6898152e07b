import type { ToolCallBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { CallIds } from './call-ids.ts';
import {
  defined,
  extraOf,
  isObject,
  listOf,
  objectOf,
  protocolError,
  restOf,
  stringOf,
  wordOf,
} from './read.ts';
import type { Detail } from './reasoning-details.ts';

interface ReadCalls {
  readonly calls: readonly ToolCallBlock[];
  /** Entries of a kind that is not known. */
  readonly unknown: readonly Json[];
}

/** The tool calls of a message, also the old `function_call`. */
export function readCalls(message: JsonObject, ids: CallIds, details: readonly Detail[]): ReadCalls {
  const entries = listOf(message['tool_calls']);
  const unknown = entries.filter((entry) => isObject(entry) && !isCall(entry));
  const legacy = objectOf(message['function_call']);
  const isLegacy = legacy !== undefined && entries.length === 0;
  const known = isLegacy
    ? [{ function: legacy }]
    : entries.filter((entry) => isObject(entry) && isCall(entry));
  const calls = known.flatMap((entry) => (isObject(entry) ? (readCall(entry, ids) ?? []) : []));
  return { calls: calls.map((call) => withOpaque(call, details)), unknown };
}

function isCall(entry: JsonObject): boolean {
  return isObject(entry['function']) || isObject(entry['custom']);
}

function readCall(entry: JsonObject, ids: CallIds): ToolCallBlock | undefined {
  const custom = objectOf(entry['custom']);
  const body = objectOf(entry['function']) ?? custom ?? {};
  const isText = body === custom;
  const input = isText ? (stringOf(body['input']) ?? '') : argumentsOf(body['arguments']);
  const name = wordOf(body['name']);
  if (name === undefined) {
    // Some servers send an empty call beside the text.
    if (input.trim() === '' && wordOf(entry['id']) === undefined) return undefined;
    throw protocolError('a tool call has no name');
  }
  return {
    type: 'tool-call',
    id: ids.next(wordOf(entry['id']), name),
    name,
    format: isText ? 'text' : 'json',
    input: isText ? input : closeArguments(input),
    ...extraOf(extraOfCall(entry)),
  };
}

/** JSON text; some servers send the object itself. */
export function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** No arguments are `{}`. */
export function closeArguments(input: string): string {
  return input.trim() === '' ? `${input}{}` : input;
}

/** What an entry of `tool_calls` holds beside the call itself: Google's signatures in `extra_content`, a type of its own. */
export function extraOfCall(entry: JsonObject): JsonObject {
  const custom = isObject(entry['function']) ? undefined : objectOf(entry['custom']);
  const type = wordOf(entry['type']);
  return defined({
    ...restOf(entry, ['id', 'index', 'type', 'function', 'custom']),
    ...(type === undefined || type === (custom === undefined ? 'function' : 'custom') ? {} : { type }),
    function: restOf(objectOf(entry['function']) ?? {}, ['name', 'arguments']),
    custom: restOf(custom ?? {}, ['name', 'input']),
  });
}

function withOpaque(call: ToolCallBlock, details: readonly Detail[]): ToolCallBlock {
  const found = details.find((detail) => detail.of === 'call' && detail.id === call.id);
  if (found?.of !== 'call') return call;
  const { signature, extra } = found.opaque;
  return { ...call, signature, ...(extra === undefined ? {} : { extra: { ...call.extra, ...extra } }) };
}
