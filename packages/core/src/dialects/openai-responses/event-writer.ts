import type { Citation, Extra, Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';

/** Writes one event: every one has the number that follows the last. */
export type WriteEvent = (type: string, fields: JsonObject) => string;

export function createEventWriter(): WriteEvent {
  let number = 0;
  return (type, fields) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...fields })}\n\n`;
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
