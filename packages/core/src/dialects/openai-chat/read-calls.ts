import type { ToolCallBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import {
  defined,
  isObject,
  listOf,
  objectOf,
  protocolError,
  restOf,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { parseToolName, unwrapText } from '../shared/text-tools.ts';
import type { CallIds } from './call-ids.ts';
import { extraOf } from './own-extra.ts';
import type { Detail } from './reasoning-details.ts';

interface ReadCalls {
  readonly calls: readonly ToolCallBlock[];
  /** Entries of a kind that is not known. */
  readonly unknown: readonly Json[];
}

/** The tool calls of a message, also the old `function_call`. */
export function readCalls(message: JsonObject, ids: CallIds, details: readonly Detail[]): ReadCalls {
  const entries = listOf(message['tool_calls']);
  if (entries.length === 0 && !isObject(message['function_call'])) return none;
  const unknown = entries.filter((entry) => isObject(entry) && !isCall(entry));
  const legacy = objectOf(message['function_call']);
  const isLegacy = legacy !== undefined && entries.length === 0;
  const known = isLegacy
    ? [{ function: legacy }]
    : entries.filter((entry) => isObject(entry) && isCall(entry));
  const calls = known.flatMap((entry) => (isObject(entry) ? (readCall(entry, ids) ?? []) : []));
  return { calls: details.length === 0 ? calls : calls.map((call) => withOpaque(call, details)), unknown };
}

const none: ReadCalls = { calls: [], unknown: [] };

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
  const told = isText ? { name, format: 'text' as const } : parseToolName(name);
  const text = told.format === 'text' && !isText ? unwrapText(input) : input;
  return {
    type: 'tool-call',
    id: ids.next(wordOf(entry['id']), name),
    ...told,
    input: told.format === 'text' ? text : closeArguments(input),
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

const nothing: JsonObject = {};
const knownOfEntry = ['id', 'index', 'type', 'function', 'custom'];
const knownOfFunction = ['name', 'arguments'];

/** What nearly every call is: a function's, with what a call must have. */
function isPlain(entry: JsonObject): boolean {
  return (
    isObject(entry['function']) &&
    entry['custom'] === undefined &&
    (entry['type'] === undefined || entry['type'] === 'function') &&
    restOf(entry, knownOfEntry) === undefined &&
    restOf(entry['function'], knownOfFunction) === undefined
  );
}

/** What an entry of `tool_calls` holds beside the call itself: Google's signatures in `extra_content`, a type of its own. */
export function extraOfCall(entry: JsonObject): JsonObject {
  if (isPlain(entry)) return nothing;
  const custom = isObject(entry['function']) ? undefined : objectOf(entry['custom']);
  const type = wordOf(entry['type']);
  return defined({
    ...restOf(entry, knownOfEntry),
    ...(type === undefined || type === (custom === undefined ? 'function' : 'custom') ? {} : { type }),
    function: restOf(objectOf(entry['function']) ?? {}, knownOfFunction),
    custom: restOf(custom ?? {}, ['name', 'input']),
  });
}

function withOpaque(call: ToolCallBlock, details: readonly Detail[]): ToolCallBlock {
  const found = details.find((detail) => detail.of === 'call' && detail.id === call.id);
  if (found?.of !== 'call') return call;
  const { signature, extra } = found.opaque;
  return { ...call, signature, ...(extra === undefined ? {} : { extra: { ...call.extra, ...extra } }) };
}
