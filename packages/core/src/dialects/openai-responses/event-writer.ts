import type { Citation, Extra, Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';

/** Writes one event: every one has the number that follows the last. */
export interface WriteEvent {
  (type: string, fields: JsonObject): string;
  /** For an event that comes over and over: what is the `same` in all of them is turned into text once. */
  often(type: string, same: JsonObject): (other: JsonObject) => string;
}

export function createEventWriter(): WriteEvent {
  let number = 0;
  const write = (type: string, fields: JsonObject): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;
  const often = (type: string, same: JsonObject): ((other: JsonObject) => string) => {
    const start = `event: ${type}\ndata: {"type":${JSON.stringify(type)},"sequence_number":`;
    const fields = JSON.stringify(same).slice(1, -1);
    return (other) => `${start}${number++},${fields},${JSON.stringify(other).slice(1)}\n\n`;
  };
  return Object.assign(write, { often });
}

/** Where an item stands in the output. */
export interface Place {
  readonly index: number;
  readonly id: string;
}

/** An item of the output while it is written. */
export interface WrittenItem {
  readonly index: number;
  /** What it is, as far as it is known; after `close`, the whole of it. */
  item: JsonObject;
  /** No block of it is open. */
  isEnded(): boolean;
  /** Its last events. */
  close(status: 'completed' | 'incomplete'): string;
}

/** What is known of a block at its end. */
export interface BlockEnd {
  readonly signature?: Signature;
  readonly extra?: Extra;
}

/** A block while it is written: an item, or a part of one. */
export interface WrittenBlock {
  delta(text: string): string;
  cite(citation: Citation): string;
  end(last: BlockEnd): string;
}
