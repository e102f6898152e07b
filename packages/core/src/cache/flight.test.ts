import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Clock } from '../protocol/clock.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { Flight, type Landing, type Seat } from './flight.ts';
import type { Reader } from './reader.ts';

const clock: Clock = { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined };
const key = { hash: 'h', tenant: '', model: 'm', tags: [] };
const facts = { target: undefined, trouble: undefined };
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
  end_: 'open' | 'ended' | 'destroyed' = 'open';

  write(chunk: Uint8Array): boolean {
    if (this.end_ !== 'open') throw new Error('written to behind the end');
    this.text += Buffer.from(chunk).toString();
    return this.hasRoom;
  }
  end(taken?: () => void): void {
    this.end_ = 'ended';
    taken?.();
  }
  destroy(): void {
    this.end_ = 'destroyed';
  }
}

/** Everything that a flight tells of itself, beside what a test does to it. */
class World {
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

class Passenger {
  readonly seat: Seat;
  readonly caller: Caller = new Caller();
  landing: Landing | undefined;
  error: unknown;
  hasLeft = false;
  #reader: Reader | undefined;

  constructor(flight: Flight<number>, number: number) {
    const nothing = (): void => {};
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
    if (this.#reader === undefined) this.seat.leave();
    else this.#reader.abort(gone);
  }

  readOn(): void {
    this.caller.hasRoom = true;
    this.#reader?.resume();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('who comes late sees the beginning, and all see the same', async () => {
  const world = new World();
  const first = world.board();
  world.answer();
  await turn();
  world.source.write('one ');
  const second = world.board();
  await turn();
  world.source.write('two ');
  world.source.sink?.end();
  expect([first, second].map(({ caller }) => [caller.text, caller.end_])).toEqual([
    ['one two ', 'ended'],
    ['one two ', 'ended'],
  ]);
  expect(world).toMatchObject({ landed: 1, deserted: 0 });
  expect(Buffer.concat(world.flight.recording?.pages ?? []).toString()).toBe('one two ');
});

test('one who leaves disturbs nobody, the last one ends it at once', async () => {
  const world = new World();
  const [first, second] = [world.board(), world.board()];
  world.answer();
  await turn();
  world.source.write('one ');
  first.leave();
  expect(world).toMatchObject({ deserted: 0, payer: 1 });
  world.source.write('two ');
  expect(second.caller.text).toBe('one two ');
  expect(first.caller.text).toBe('one ');
  second.leave();
  expect(world.deserted).toBe(1);
});

test('one who does not read does not slow the others while all of it is kept', async () => {
  const world = new World();
  const [slow, fast] = [world.board(), world.board()];
  slow.caller.hasRoom = false;
  world.answer();
  await turn();
  for (let number = 0; number < 10; number++) world.source.write(`${number}`);
  expect(fast.caller.text).toBe('0123456789');
  expect(slow.caller.text).toBe('0');
  expect(world.source.isPaused).toBe(false);
  slow.readOn();
  expect(slow.caller.text).toBe('0123456789');
});

test('what is too large to be kept is not joined, and goes at the pace of the slowest, in bounded memory', async () => {
  const world = new World(1000);
  const [slow, fast] = [world.board(), world.board()];
  slow.caller.hasRoom = false;
  world.answer();
  await turn();
  const piece = 'x'.repeat(10_000);
  let sent = 0;
  while (!world.source.isPaused && sent < 100) {
    world.source.write(piece);
    sent++;
  }
  expect(sent).toBe(8);
  expect(world).toMatchObject({ outgrown: 1 });
  expect(world.flight.isOpen).toBe(false);
  expect(fast.caller.text.length).toBe(80_000);
  slow.readOn();
  expect(world.source.isPaused).toBe(false);
  world.source.sink?.end();
  expect(slow.caller.text.length).toBe(80_000);
  expect(world.flight.recording).toBeUndefined();
});

test('who holds the others up and leaves lets them go on', async () => {
  const world = new World(1000);
  const [slow, fast] = [world.board(), world.board()];
  slow.caller.hasRoom = false;
  world.answer();
  await turn();
  while (!world.source.isPaused) world.source.write('x'.repeat(10_000));
  slow.leave();
  expect(world.source.isPaused).toBe(false);
  expect(fast.caller.end_).toBe('open');
});

test('a caller whose response throws is given up alone', async () => {
  const world = new World();
  const [odd, other] = [world.board(), world.board()];
  odd.caller.write = () => {
    throw new Error("a wrapper of the host's");
  };
  world.answer();
  await turn();
  world.source.write('one ');
  expect(odd.caller.end_).toBe('destroyed');
  expect(other.caller.text).toBe('one ');
  expect(world.deserted).toBe(0);
});

type Step =
  | { readonly type: 'board' | 'answer' | 'chunk' | 'end' | 'break' | 'fail' | 'turn' }
  | { readonly type: 'leave' | 'stall' | 'read'; readonly who: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.constant<Step>({ type: 'board' }), weight: 4 },
    { arbitrary: fc.constant<Step>({ type: 'answer' }), weight: 3 },
    { arbitrary: fc.constant<Step>({ type: 'chunk' }), weight: 8 },
    { arbitrary: fc.constantFrom<Step>({ type: 'end' }, { type: 'break' }, { type: 'fail' }), weight: 1 },
    { arbitrary: fc.constant<Step>({ type: 'turn' }), weight: 4 },
    {
      arbitrary: fc.record({
        type: fc.constantFrom('leave', 'stall', 'read'),
        who: fc.nat({ max: 8 }),
      }) as fc.Arbitrary<Step>,
      weight: 6,
    },
  ),
  { maxLength: 60 },
);

/** What must hold whatever happens in whatever order. */
class Model {
  readonly world: World;
  sent = '';
  state: 'waiting' | 'flowing' | 'ended' | 'broken' | 'failed' | 'deserted' = 'waiting';

  constructor(limit: number) {
    this.world = new World(limit);
    this.world.board();
  }

  async step(step: Step): Promise<void> {
    const { world } = this;
    const isUnderWay = this.state === 'waiting' || this.state === 'flowing';
    const passenger = 'who' in step ? world.passengers[step.who] : undefined;
    switch (step.type) {
      case 'board':
        if (world.flight.isOpen && isUnderWay) world.board();
        break;
      case 'answer':
        if (this.state !== 'waiting') break;
        this.state = 'flowing';
        world.answer();
        break;
      case 'chunk': {
        if (this.state !== 'flowing' || world.source.isPaused) break;
        const text = `${this.sent.length} ${'x'.repeat((this.sent.length * 7) % 40_000)};`;
        this.sent += text;
        world.source.write(text);
        break;
      }
      case 'end':
        if (this.state !== 'flowing') break;
        this.state = 'ended';
        world.source.sink?.end();
        break;
      case 'break':
        if (this.state !== 'flowing') break;
        this.state = 'broken';
        world.source.sink?.destroy(new Error('broken'));
        break;
      case 'fail':
        if (this.state !== 'waiting') break;
        this.state = 'failed';
        world.flight.fail(new Error('failed'));
        break;
      case 'leave':
        passenger?.leave();
        if (isUnderWay && world.passengers.every(({ hasLeft }) => hasLeft)) this.state = 'deserted';
        break;
      case 'stall':
        if (passenger !== undefined) passenger.caller.hasRoom = false;
        break;
      case 'read':
        passenger?.readOn();
        break;
      case 'turn':
        await turn();
        break;
    }
    this.check();
  }

  check(): void {
    const { world, sent } = this;
    // Cancelled where all have left, and nowhere else.
    expect(world.deserted).toBe(this.state === 'deserted' ? 1 : 0);
    expect(world.landed).toBe(['ended', 'broken', 'failed'].includes(this.state) ? 1 : 0);
    for (const { caller } of world.passengers) expect(sent.startsWith(caller.text)).toBe(true);
    // Who pays is there, as long as anybody is.
    const present = world.passengers.findIndex(({ hasLeft }) => !hasLeft);
    const isUnderWay = this.state === 'waiting' || this.state === 'flowing';
    if (isUnderWay && present >= 0) expect(world.passengers[world.payer]?.hasLeft).toBe(false);
  }

  /** In the end, whoever has stayed and reads has all of it, and its end. */
  async finish(): Promise<void> {
    const { world } = this;
    await turn();
    for (let round = 0; round < 200; round++) for (const one of world.passengers) one.readOn();
    if (this.state === 'flowing') {
      // Nobody holds it up any more.
      expect(world.source.isPaused).toBe(false);
      await this.step({ type: 'end' });
    }
    for (const { caller, hasLeft, error, landing } of world.passengers) {
      if (hasLeft) continue;
      if (this.state === 'ended') expect([caller.text === this.sent, caller.end_]).toEqual([true, 'ended']);
      if (this.state === 'broken')
        expect([caller.text === this.sent, caller.end_]).toEqual([true, 'destroyed']);
      if (this.state === 'failed') expect(error).toBeInstanceOf(Error);
      if (this.state === 'waiting') expect(landing).toBeUndefined();
    }
  }
}

test('no order of joins, leaves, pieces, pauses and ends loses a piece, leaks a call or cancels under somebody', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1_000_000, 5000, 100), async (list, limit) => {
      const model = new Model(limit);
      for (const step of list) await model.step(step);
      await model.finish();
    }),
    { numRuns: 300 },
  );
});
