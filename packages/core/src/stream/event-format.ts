import { eventLimit } from './event-limit.ts';
import type { RelayFormat } from './relay.ts';
import { WholeEvents } from './whole-events.ts';

/** What a dialect does with the events of a stream that is already under way. */
export interface EventTap {
  /** Reads what is to be known out of whole events; returns what of them the caller is to see. */
  pass(events: Buffer): Buffer;
  /** Whether the stream had come to its proper end with the events seen so far. */
  isComplete(): boolean;
  /** Whether this is a whole event that lacks only the empty line behind it. */
  isEvent(bytes: Buffer): boolean;
  /** Set once no more is to come. */
  readonly failure?: Error | undefined;
  /** The event that tells the caller that no more will come. */
  renderError(error: Error): Buffer;
}

const nothing = Buffer.alloc(0);

/** Whole events only, so that an honest error can be appended at any time. */
export class EventFormat implements RelayFormat {
  readonly #tap: EventTap;
  readonly #broken: (reason: string) => Error;
  readonly #events = new WholeEvents(eventLimit);

  /** `broken` makes the error for a stream that is not what it should be. */
  constructor(tap: EventTap, broken: (reason: string) => Error) {
    this.#tap = tap;
    this.#broken = broken;
  }

  take(chunk: Buffer): Buffer {
    const whole = this.#events.take(chunk);
    if (this.#events.overflowed) throw this.#broken(`an event is larger than ${eventLimit} bytes`);
    return whole.length === 0 ? whole : this.#tap.pass(whole);
  }

  get failure(): Error | undefined {
    return this.#tap.failure;
  }

  isComplete(): boolean {
    return this.#tap.isComplete();
  }

  end(): Buffer {
    const rest = this.#events.rest();
    // Some servers leave out the empty line after the last event: it is given on as it came. Half an event is not.
    const last = rest.length > 0 && this.#tap.isEvent(rest) ? this.#tap.pass(rest) : nothing;
    if (!this.#tap.isComplete()) throw this.#broken('the stream ended before its last event');
    return last;
  }

  breakOff(error: Error): Buffer {
    return this.#tap.renderError(error);
  }
}
