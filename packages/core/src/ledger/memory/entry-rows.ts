import type { LedgerEntry } from '../../protocol/ledger.ts';
import { bytesOfId, readId, writeId } from './id-bytes.ts';

/** Rows that get their room together. */
const rowsOfChunk = 1024;

/** The fields of an entry that hardly any has anything in. */
type Rare = Pick<LedgerEntry, 'units' | 'tags' | 'dropped' | 'adjusted' | 'redacted' | 'notes' | 'steps'>;

const none: readonly string[] = [];
const nothingRare: Rare = {
  units: undefined,
  tags: none,
  dropped: none,
  adjusted: none,
  redacted: undefined,
  notes: undefined,
  steps: undefined,
};

const numbers = [
  'time',
  'status',
  'attempts',
  'inputTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'outputTokens',
  'reasoningTokens',
  'cost',
  'saved',
  'milliseconds',
  'firstByteMilliseconds',
] as const;
const texts = [
  'id',
  'requestId',
  'tenant',
  'path',
  'principal',
  'key',
  'model',
  'served',
  'upstream',
  'upstreamKey',
  'operation',
  'error',
  'cache',
] as const;
/** After the numbers: what is true of it, as bits. */
const numbersOfRow = numbers.length + 1;
const textsOfRow = texts.length;
const bits = { isEstimated: 1, stream: 2, traceless: 4, options: 8, catalogue: 16 } as const;

interface Chunk {
  readonly numbers: Float64Array;
  readonly ids: Uint8Array;
  readonly texts: (string | undefined)[];
  readonly rare: Rare[];
}

/**
 * Entries without an object for each: thousands of those that outlive their calls would be copied twice by the collector of
 * young objects, and looked at again and again by the other. Nearly all texts of an entry are there anyhow: of its caller, and
 * of where it went.
 */
export class EntryRows {
  readonly #chunks: Chunk[] = [];
  /** Rows that are not used any more, or not yet. */
  readonly #free: number[] = [];
  readonly #models = new RecentTexts();

  /** The number of a row that is nobody's. */
  take(): number {
    return this.#free.pop() ?? this.#grow();
  }

  /** In place of whatever was in that row. */
  write(row: number, entry: LedgerEntry): void {
    const chunk = this.#chunkOf(row);
    const place = row % rowsOfChunk;
    const isWritten = writeId(entry.id, chunk.ids, place * bytesOfId);
    writeNumbers(chunk.numbers, place * numbersOfRow, entry);
    writeTexts(chunk.texts, place * textsOfRow, entry);
    chunk.texts[place * textsOfRow] = isWritten ? undefined : entry.id;
    chunk.texts[place * textsOfRow + 6] = this.#models.same(entry.model);
    chunk.rare[place] = rareOf(entry);
  }

  read(row: number): LedgerEntry {
    const chunk = this.#chunkOf(row);
    const place = row % rowsOfChunk;
    const told = place * numbersOfRow;
    const said = place * textsOfRow;
    const numberAt = (index: number): number => chunk.numbers[told + index] ?? 0;
    const countAt = (index: number): number | undefined => known(numberAt(index));
    const textAt = (index: number): string | undefined => chunk.texts[said + index];
    const isSo = numberAt(numbers.length);
    const rare = chunk.rare[place] ?? nothingRare;
    return {
      id: idAt(chunk, place),
      requestId: textAt(1),
      time: numberAt(0),
      tenant: textAt(2),
      path: textAt(3),
      principal: textAt(4),
      key: textAt(5),
      model: textAt(6),
      served: textAt(7),
      upstream: textAt(8),
      upstreamKey: textAt(9),
      operation: textAt(10),
      status: numberAt(1),
      error: textAt(11),
      attempts: numberAt(2),
      inputTokens: countAt(3),
      cachedTokens: countAt(4),
      cacheWriteTokens: countAt(5),
      outputTokens: countAt(6),
      reasoningTokens: countAt(7),
      units: rare.units,
      cost: countAt(8),
      priceSource:
        (isSo & bits.options) > 0 ? 'options' : (isSo & bits.catalogue) > 0 ? 'catalogue' : undefined,
      isEstimated: (isSo & bits.isEstimated) > 0,
      saved: countAt(9),
      milliseconds: numberAt(10),
      firstByteMilliseconds: countAt(11),
      cache: textAt(12),
      stream: (isSo & bits.stream) > 0,
      tags: rare.tags,
      dropped: rare.dropped,
      adjusted: rare.adjusted,
      redacted: rare.redacted,
      notes: rare.notes,
      traceless: (isSo & bits.traceless) > 0,
      steps: rare.steps,
    };
  }

  idOf(row: number): string {
    return idAt(this.#chunkOf(row), row % rowsOfChunk);
  }

  timeOf(row: number): number {
    return this.#chunkOf(row).numbers[(row % rowsOfChunk) * numbersOfRow] ?? 0;
  }

  /** What was in it is forgotten. */
  free(row: number): void {
    const chunk = this.#chunkOf(row);
    const place = row % rowsOfChunk;
    chunk.ids.fill(0, place * bytesOfId, (place + 1) * bytesOfId);
    chunk.numbers.fill(0, place * numbersOfRow, (place + 1) * numbersOfRow);
    chunk.texts.fill(undefined, place * textsOfRow, (place + 1) * textsOfRow);
    chunk.rare[place] = nothingRare;
    this.#free.push(row);
  }

  #chunkOf(row: number): Chunk {
    const chunk = this.#chunks[Math.floor(row / rowsOfChunk)];
    if (chunk === undefined) throw new RangeError(`there is no row ${row}`);
    return chunk;
  }

  #grow(): number {
    const first = this.#chunks.length * rowsOfChunk;
    this.#chunks.push({
      ids: new Uint8Array(rowsOfChunk * bytesOfId),
      numbers: new Float64Array(rowsOfChunk * numbersOfRow),
      texts: Array.from({ length: rowsOfChunk * textsOfRow }),
      rare: Array.from({ length: rowsOfChunk }, () => nothingRare),
    });
    for (let row = first + rowsOfChunk - 1; row > first; row--) this.#free.push(row);
    return first;
  }
}

/** Models that come up again and again: each call brings their names in texts of its own. */
class RecentTexts {
  readonly #texts: string[] = Array.from({ length: 64 }, () => '');

  /** The same text, as it was brought before. */
  same(text: string | undefined): string | undefined {
    if (text === undefined || text === '') return text;
    const place = (31 * text.length + text.charCodeAt(text.length - 1)) % this.#texts.length;
    if (this.#texts[place] !== text) this.#texts[place] = text;
    return this.#texts[place];
  }
}

/** One that is not as this gateway makes them is kept as a text. */
function idAt(chunk: Chunk, place: number): string {
  return chunk.texts[place * textsOfRow] ?? readId(chunk.ids, place * bytesOfId);
}

/** What is not known is no number. */
const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

function writeNumbers(all: Float64Array, at: number, entry: LedgerEntry): void {
  all[at] = entry.time;
  all[at + 1] = entry.status;
  all[at + 2] = entry.attempts;
  all[at + 3] = entry.inputTokens ?? Number.NaN;
  all[at + 4] = entry.cachedTokens ?? Number.NaN;
  all[at + 5] = entry.cacheWriteTokens ?? Number.NaN;
  all[at + 6] = entry.outputTokens ?? Number.NaN;
  all[at + 7] = entry.reasoningTokens ?? Number.NaN;
  all[at + 8] = entry.cost ?? Number.NaN;
  all[at + 9] = entry.saved ?? Number.NaN;
  all[at + 10] = entry.milliseconds;
  all[at + 11] = entry.firstByteMilliseconds ?? Number.NaN;
  all[at + 12] =
    (entry.isEstimated ? bits.isEstimated : 0) |
    (entry.stream ? bits.stream : 0) |
    (entry.traceless ? bits.traceless : 0) |
    (entry.priceSource === undefined ? 0 : bits[entry.priceSource]);
}

function writeTexts(all: (string | undefined)[], at: number, entry: LedgerEntry): void {
  all[at + 1] = entry.requestId;
  all[at + 2] = entry.tenant;
  all[at + 3] = entry.path;
  all[at + 4] = entry.principal;
  all[at + 5] = entry.key;
  all[at + 7] = entry.served;
  all[at + 8] = entry.upstream;
  all[at + 9] = entry.upstreamKey;
  all[at + 10] = entry.operation;
  all[at + 11] = entry.error;
  all[at + 12] = entry.cache;
}

function rareOf({ units, tags, dropped, adjusted, redacted, notes, steps }: LedgerEntry): Rare {
  const isRare = tags.length + dropped.length + adjusted.length > 0;
  return isRare || (units ?? redacted ?? notes ?? steps) !== undefined
    ? { units, tags, dropped, adjusted, redacted, notes, steps }
    : nothingRare;
}
