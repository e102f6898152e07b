import type { Part } from '../../protocol/chat-answer.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import {
  indexOf,
  isEmpty,
  isObject,
  objectOf,
  parseJson,
  protocolError,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { parseToolName, unwrapText } from '../shared/text-tools.ts';
import type { CallIds } from './call-ids.ts';
import { extraOf } from './own-extra.ts';
import { argumentsOf, extraOfCall } from './read-calls.ts';
import type { Opaque } from './reasoning-details.ts';

interface Slot {
  readonly block: number;
  readonly index: number | undefined;
  givenId: string | undefined;
  /** The id that was told to the caller: then the call has started. */
  id: string | undefined;
  name: string | undefined;
  isText: boolean;
  /** A function that stands for a tool of free text. */
  isWrapped: boolean;
  readonly input: GrowingText;
  /** What of `input` has not been told yet. */
  untold: string;
  extra: JsonObject;
  opaque: Opaque | undefined;
  hasEnded: boolean;
}

/** The tool calls of one choice of a stream, put together from their pieces. */
export interface StreamCalls {
  push(entries: readonly Json[]): readonly Part[];
  sign(id: string, opaque: Opaque): void;
  close(): readonly Part[];
  hasAny(): boolean;
}

interface Place {
  readonly choice: number;
  readonly ids: () => CallIds;
  readonly nextBlock: () => number;
}

export function makeStreamCalls({ choice, ids, nextBlock }: Place): StreamCalls {
  const slots: Slot[] = [];

  const start = (slot: Slot): Part[] => {
    if (slot.id !== undefined || slot.name === undefined) return [];
    slot.id = ids().next(slot.givenId, slot.name);
    const { block, id } = slot;
    const told = slot.isText ? { name: slot.name, format: 'text' as const } : parseToolName(slot.name);
    slot.isWrapped = !slot.isText && told.format === 'text';
    return [{ type: 'tool-input-start', choice, block, id, ...told, ...extraOf(slot.extra) }];
  };

  const tell = (slot: Slot): Part[] => {
    // Text inside of arguments is told when all of it is there.
    if (slot.isWrapped && !slot.hasEnded) return [];
    if (slot.id === undefined || slot.untold === '') return [];
    const text = slot.untold;
    slot.untold = '';
    return [{ type: 'tool-input-delta', choice, block: slot.block, text }];
  };

  const end = (slot: Slot): Part[] => {
    if (slot.hasEnded) return [];
    slot.hasEnded = true;
    const input = slot.input.toString();
    const isBlank = input.trim() === '';
    if (slot.name === undefined) {
      // Some servers send an empty call beside the text.
      if (isBlank && slot.givenId === undefined) return [];
      throw protocolError('a tool call has no name');
    }
    if (!slot.isText && isBlank) slot.untold += '{}';
    const { block, opaque } = slot;
    const parts = start(slot);
    if (slot.isWrapped) slot.untold = unwrapText(isBlank ? slot.untold : input);
    parts.push(...tell(slot));
    const signature = opaque === undefined ? {} : { signature: opaque.signature };
    const extra = { ...extraOf(slot.extra).extra, ...opaque?.extra };
    parts.push({ type: 'tool-input-end', choice, block, ...signature, ...(isEmpty(extra) ? {} : { extra }) });
    return parts;
  };

  const open = (index: number | undefined): Slot => {
    const slot: Slot = {
      block: nextBlock(),
      index,
      givenId: undefined,
      id: undefined,
      name: undefined,
      isText: false,
      isWrapped: false,
      input: new GrowingText(),
      untold: '',
      extra: {},
      opaque: undefined,
      hasEnded: false,
    };
    slots.push(slot);
    return slot;
  };

  const add = (slot: Slot, entry: JsonObject): Part[] => {
    const custom = isObject(entry['function']) ? undefined : objectOf(entry['custom']);
    const body = objectOf(entry['function']) ?? custom ?? {};
    const text = custom === undefined ? argumentsOf(body['arguments']) : (stringOf(body['input']) ?? '');
    if (slot.hasEnded) {
      if (text.trim() !== '') throw protocolError('a tool call goes on after its end');
      return [];
    }
    if (slot.id === undefined) {
      slot.givenId ??= wordOf(entry['id']);
      // Continuations may carry an empty name, or the same again.
      slot.name ??= wordOf(body['name']);
      slot.isText ||= custom !== undefined;
    }
    slot.input.add(text);
    slot.untold += text;
    const more = extraOfCall(entry);
    if (!isEmpty(more)) slot.extra = { ...slot.extra, ...more };
    // Without an id, one may still come; arguments do not wait for it.
    const isReady = slot.givenId !== undefined || !slot.input.isEmpty;
    return isReady ? [...start(slot), ...tell(slot)] : [];
  };

  return {
    push: (entries) => {
      const parts: Part[] = [];
      const seen = new Set<Slot>();
      for (const [position, entry] of entries.entries()) {
        if (!isObject(entry)) continue;
        let slot = findSlot(slots, entry, { seen, position: entries.length > 1 ? position : undefined });
        if (slot === undefined) {
          for (const other of slots) if (isWhole(other)) parts.push(...end(other));
          slot = open(indexOf(entry['index']));
        }
        seen.add(slot);
        parts.push(...add(slot, entry));
      }
      return parts;
    },
    sign: (id, opaque) => {
      const slot = slots.find((other) => other.id === id);
      if (slot !== undefined) slot.opaque = opaque;
    },
    close: () => slots.flatMap(end),
    hasAny: () => slots.some((slot) => slot.name !== undefined),
  };
}

interface EntryPlace {
  /** The calls that earlier entries of the same list belong to. */
  readonly seen: ReadonlySet<Slot>;
  /** In its list, if that has more than one entry. */
  readonly position: number | undefined;
}

function saysMore(entry: JsonObject): boolean {
  return argumentsOf(objectOf(entry['function'])?.['arguments']).trim() !== '';
}

/** A call that began without a number has that of its place. */
function unnumbered(slot: Slot | undefined): Slot | undefined {
  return slot?.index === undefined ? slot : undefined;
}

/** Nothing that matters can follow. */
function isWhole(slot: Slot): boolean {
  return (
    !slot.hasEnded && !slot.isText && slot.name !== undefined && isObject(parseJson(slot.input.toString()))
  );
}

/**
 * The call that a piece belongs to; nothing where it begins another. Servers number calls by `index`, or leave it out,
 * or give every call the same; they repeat the id with every piece, or give none.
 */
function findSlot(
  slots: readonly Slot[],
  entry: JsonObject,
  { seen, position }: EntryPlace,
): Slot | undefined {
  const index = indexOf(entry['index']);
  const id = wordOf(entry['id']);
  const name = wordOf((objectOf(entry['function']) ?? objectOf(entry['custom']))?.['name']);
  if (index !== undefined) {
    const slot = slots.findLast((other) => other.index === index) ?? unnumbered(slots[index]);
    if (slot === undefined || name === undefined) return slot;
    // Google gives every call the number 0, and no id; another whole call is another call.
    if (id === undefined) return isWhole(slot) && saysMore(entry) ? undefined : slot;
    const isOther = slot.givenId !== undefined && id !== slot.givenId;
    return isOther ? slots.find((other) => other.index === index && other.givenId === id) : slot;
  }
  if (id !== undefined) {
    const slot = slots.findLast((other) => other.givenId === id);
    if (slot !== undefined && !(seen.has(slot) && name !== undefined)) return slot;
    if (name !== undefined || slots.length === 0) return undefined;
  }
  const last = slots.at(-1);
  // Several pieces without a word of whose they are: the place in the list tells.
  if (name === undefined) return (position === undefined ? undefined : slots[position]) ?? last;
  if (last === undefined) return undefined;
  const isOther =
    seen.has(last) || (last.name !== undefined && last.name !== name) || isWhole(last) || last.hasEnded;
  return isOther ? undefined : last;
}
