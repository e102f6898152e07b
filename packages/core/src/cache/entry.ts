import type { HeaderMap } from '../protocol/answer.ts';
import { bufferOf } from '../protocol/buffer-of.ts';
import type { TargetName } from '../protocol/call.ts';
import type { Usage } from '../protocol/usage.ts';

/** A finished answer, as it was written to who asked first. */
export interface CacheEntry extends EntryHead {
  /** A `Buffer`: Node writes others only after it has made one of them. */
  readonly bytes: Buffer;
}

export interface EntryHead {
  readonly status: number;
  readonly headers: HeaderMap;
  /** False for a whole answer. */
  readonly isStream: boolean;
  /** Where each event of a stream ends in the bytes, and how many milliseconds behind the first it came. */
  readonly ends: readonly number[];
  readonly offsets: readonly number[];
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  /** Who answered. */
  readonly target: TargetName;
  readonly usage: Usage | undefined;
  /** What it would cost to have it from there, in nano-dollars; 0 where that is not known. */
  readonly cost: number;
}

/** Of an upstream's headers, those that tell of the answer rather than of the moment. */
const kept = ['content-type', 'openai-model', 'openai-version', 'x-vector-dropped'];

export function keepHeaders(headers: HeaderMap): HeaderMap {
  const picked: HeaderMap = {};
  for (const name of kept) {
    const value = headers[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

/** What an entry costs beside its bytes: measured. */
const overhead = 1024;
const perEvent = 16;

export function sizeOf({ bytes, ends }: CacheEntry): number {
  return bytes.byteLength + ends.length * perEvent + overhead;
}

/**
 * One piece of bytes for a store elsewhere: the length of the head, the head as JSON, the answer. `hash`: of its key, which
 * is written into it, so that a store that mixes up its replies gives nobody what is another's.
 */
export function encodeEntry({ bytes, ...head }: CacheEntry, hash: string): Uint8Array {
  const text = Buffer.from(JSON.stringify({ ...head, hash }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, bytes]);
}

/** Undefined for what is no entry, or none of this key's: a store is not to be believed blindly. */
export function decodeEntry(encoded: Uint8Array, hash: string): CacheEntry | undefined {
  const all = bufferOf(encoded);
  if (all.length < 4) return undefined;
  const end = 4 + all.readUInt32BE(0);
  if (end > all.length) return undefined;
  const head = readHead(all.toString('utf8', 4, end), hash);
  if (head === undefined) return undefined;
  const bytes = all.subarray(end);
  const isWhole = !head.isStream || head.ends.at(-1) === bytes.length;
  return isWhole ? { ...head, bytes } : undefined;
}

function readHead(text: string, hash: string): EntryHead | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isHead(value) || value.hash !== hash) return undefined;
    const { status, isStream, ends, offsets, storedAt, target, usage, cost } = value;
    const { upstream, model } = target;
    const headers = keepHeaders(value.headers);
    return { status, headers, isStream, ends, offsets, storedAt, target: { upstream, model }, usage, cost };
  } catch {
    return undefined;
  }
}

/** Whatever is not looked at here would be written to a caller as it came, and what Node refuses to write ends a process. */
function isHead(value: unknown): value is EntryHead & { readonly hash: unknown } {
  if (!isRecord(value)) return false;
  const { status, headers, isStream, ends, offsets, storedAt, target, cost } = { ...empty, ...value };
  return (
    status === 200 &&
    typeof isStream === 'boolean' &&
    isAmount(storedAt) &&
    isAmount(cost) &&
    isRecord(headers) &&
    Object.values(headers).every(isHeader) &&
    isRecord(target) &&
    'upstream' in target &&
    isHeader(target.upstream) &&
    'model' in target &&
    typeof target.model === 'string' &&
    isAscending(ends) &&
    ends.every(Number.isInteger) &&
    isAscending(offsets) &&
    ends.length === offsets.length
  );
}

const empty: { readonly [Name in keyof EntryHead]: unknown } = {
  status: undefined,
  headers: undefined,
  isStream: undefined,
  ends: undefined,
  offsets: undefined,
  storedAt: undefined,
  target: undefined,
  usage: undefined,
  cost: undefined,
};

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isHeader(value: unknown): value is string {
  return typeof value === 'string' && /^[\t\x20-\x7e]*$/.test(value);
}

function isAscending(value: unknown): value is readonly number[] {
  if (!Array.isArray(value)) return false;
  let last = 0;
  for (const number of value) {
    if (!isAmount(number) || number < last) return false;
    last = number;
  }
  return true;
}
