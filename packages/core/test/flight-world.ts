import { Flight, type Landing, type Seat } from '../src/cache/flight.ts';
import type { Reader } from '../src/cache/reader.ts';
import { GatewayError } from '../src/errors.ts';
import type { Answer } from '../src/protocol/answer.ts';
import type { Clock } from '../src/protocol/clock.ts';
import type { ByteSink, ByteStream } from '../src/stream/byte-stream.ts';

const clock: Clock = { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined };
const key = { hash: 'h', tenant: '', model: 'm', tags: [] };
const facts = { target: undefined, trouble: undefined, outcome: undefined };
const gone = new GatewayError('VE_CLIENT_CLOSED');

/** An upstream's answer, pushed by hand. */
class Source implements ByteStream {
  sink: ByteSink | undefined;
  isPaused = false;
  aborted = 0;

  pipe(sink: ByteSink): void {
    this.sink = sink;
  }
  resume(): void {
    this.isPaused = false;
  }
  abort(): void {
    this.aborted++;
  }
  write(text: string): void {
    if (this.sink?.write(Buffer.from(text)) === false) this.isPaused = true;
  }
}

/** A caller who takes what it is given, as long as it wants to. */
class Caller implements ByteSink {
  text = '';
  hasRoom = true;
  state: 'open' | 'ended' | 'destroyed' = 'open';

  write(chunk: Uint8Array): boolean {
    if (this.state !== 'open') throw new Error('written to behind the end');
    this.text += Buffer.from(chunk).toString();
    return this.hasRoom;
  }
  end(taken?: () => void): void {
    this.state = 'ended';
    taken?.();
  }
  destroy(): void {
    this.state = 'destroyed';
  }
}

/** Everything that a flight tells of itself, beside what a test does to it. */
export class World {
  readonly source: Source = new Source();
  readonly passengers: Passenger[] = [];
  deserted = 0;
  landed = 0;
  outgrown = 0;
  payer = 0;
  readonly flight: Flight<number>;

  constructor(limit = 1_000_000) {
    this.flight = new Flight<number>({
      key,
      limit,
      clock,
      facts,
      handOver: (to) => {
        this.payer = to;
      },
      hooks: {
        outgrown: () => this.outgrown++,
        deserted: () => this.deserted++,
        landed: () => this.landed++,
      },
    });
  }

  board(): Passenger {
    const passenger = new Passenger(this.flight, this.passengers.length);
    this.passengers.push(passenger);
    return passenger;
  }

  answer(): void {
    const answer: Answer = { kind: 'verbatim', status: 200, headers: {}, body: this.source };
    this.flight.arrive(answer);
  }
}

export class Passenger {
  readonly seat: Seat;
  readonly caller: Caller = new Caller();
  landing: Landing | undefined;
  error: unknown;
  hasLeft = false;
  #reader: Reader | undefined;

  constructor(flight: Flight<number>, number: number) {
    const reading = { full: nothing, flowing: nothing, ended: nothing, gone: nothing };
    this.seat = flight.board(number, { ...reading, wordError: () => undefined });
    this.seat.landing.then(
      (landing) => this.#land(landing),
      (error: unknown) => {
        this.error = error;
      },
    );
  }

  #land(landing: Landing): void {
    this.landing = landing;
    if (landing.kind !== 'answer' || landing.reader === undefined) return;
    this.#reader = landing.reader;
    if (!this.hasLeft) landing.reader.pipe(this.caller);
  }

  leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    if (this.#reader === undefined) this.seat.leave(gone);
    else this.#reader.abort(gone);
  }

  readOn(): void {
    this.caller.hasRoom = true;
    this.#reader?.resume();
  }
}

const nothing = (): void => {};
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
