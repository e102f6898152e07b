import type { HeaderMap } from '../protocol/answer.ts';
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

/** One piece of bytes for a store elsewhere: the length of the head, the head as JSON, the answer. */
export function encodeEntry({ bytes, ...head }: CacheEntry): Uint8Array {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, bytes]);
}

/** Undefined for what is no entry: a store is not to be believed blindly. */
export function decodeEntry(encoded: Uint8Array): CacheEntry | undefined {
  const all = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  if (all.length < 4) return undefined;
  const end = 4 + all.readUInt32BE(0);
  if (end > all.length) return undefined;
  const head = readHead(all.toString('utf8', 4, end));
  if (head === undefined) return undefined;
  const bytes = all.subarray(end);
  const isWhole = !head.isStream || head.ends.at(-1) === bytes.length;
  return isWhole ? { ...head, bytes } : undefined;
}

function readHead(text: string): EntryHead | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHead(value) ? { ...value, usage: value.usage } : undefined;
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is EntryHead {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers, isStream, ends, offsets, storedAt, target, cost } = { ...empty, ...value };
  return (
    status === 200 &&
    typeof isStream === 'boolean' &&
    typeof storedAt === 'number' &&
    typeof cost === 'number' &&
    isRecord(headers) &&
    Object.values(headers).every((header) => typeof header === 'string') &&
    isRecord(target) &&
    'upstream' in target &&
    typeof target.upstream === 'string' &&
    'model' in target &&
    typeof target.model === 'string' &&
    isAscending(ends) &&
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

function isAscending(value: unknown): value is readonly number[] {
  if (!Array.isArray(value)) return false;
  let last = 0;
  for (const number of value) {
    if (typeof number !== 'number' || number < last) return false;
    last = number;
  }
  return true;
}
