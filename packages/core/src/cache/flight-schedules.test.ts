import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Passenger, turn, World } from '../../test/flight-world.ts';

type Step =
  | { readonly type: 'board' | 'answer' | 'chunk' | 'end' | 'break' | 'fail' | 'turn' }
  | { readonly type: 'leave' | 'stall' | 'read'; readonly who: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: fc.constant<Step>({ type: 'board' }), weight: 4 },
    { arbitrary: fc.constant<Step>({ type: 'answer' }), weight: 3 },
    { arbitrary: fc.constant<Step>({ type: 'chunk' }), weight: 12 },
    { arbitrary: fc.constantFrom<Step>({ type: 'end' }, { type: 'break' }, { type: 'fail' }), weight: 1 },
    { arbitrary: fc.constant<Step>({ type: 'turn' }), weight: 4 },
    {
      arbitrary: fc.record({
        type: fc.constantFrom('leave', 'stall', 'stall', 'stall', 'read'),
        who: fc.nat({ max: 3 }),
      }) as fc.Arbitrary<Step>,
      weight: 6,
    },
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
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
        const text = `${this.sent.length} ${'x'.repeat((this.sent.length * 7 + 9000) % 40_000)};`;
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
  }

  /** What is wrong now. */
  faults(): string[] {
    const { world, sent, state } = this;
    const faults: string[] = [];
    const demand = (isRight: boolean, what: string): void => {
      if (!isRight) faults.push(`${state}: ${what}`);
    };
    // Cancelled where all have left, and nowhere else.
    demand(world.deserted === Number(state === 'deserted'), `cancelled ${world.deserted} times`);
    demand(world.landed === Number(hasCome.has(state)), `landed ${world.landed} times`);
    for (const { caller } of world.passengers)
      demand(sent.startsWith(caller.text), 'something else was read');
    // Who pays is there, as long as anybody is.
    const isSomebodyThere = world.passengers.some(({ hasLeft }) => !hasLeft);
    const isUnderWay = state === 'waiting' || state === 'flowing';
    const hasPayerLeft = world.passengers[world.payer]?.hasLeft === true;
    demand(!(isUnderWay && isSomebodyThere && hasPayerLeft), 'who pays has left');
    return faults;
  }

  /** In the end, whoever has stayed and reads has all of it, and its end. */
  async finish(): Promise<string[]> {
    const { world } = this;
    await turn();
    for (let round = 0; round < 200; round++) for (const one of world.passengers) one.readOn();
    // Nobody holds it up any more.
    if (this.state === 'flowing' && world.source.isPaused) return ['held up by nobody'];
    if (this.state === 'flowing') await this.step({ type: 'end' });
    const stayed = world.passengers.filter(({ hasLeft }) => !hasLeft);
    const isServed = ({ caller, error, landing }: Passenger): boolean => {
      const hasAll = caller.text === this.sent;
      if (this.state === 'ended') return hasAll && caller.state === 'ended';
      if (this.state === 'broken') return hasAll && caller.state === 'destroyed';
      return this.state === 'failed' ? error instanceof Error : landing === undefined;
    };
    return [
      ...this.faults(),
      ...stayed.filter((one) => !isServed(one)).map(() => `${this.state}: not served`),
    ];
  }
}

const hasCome: ReadonlySet<string> = new Set(['ended', 'broken', 'failed']);

test('no order of joins, leaves, pieces, pauses and ends loses a piece, leaks a call or cancels under somebody', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1_000_000, 5000, 100), async (list, limit) => {
      const model = new Model(limit);
      for (const step of list) {
        await model.step(step);
        expect(model.faults()).toEqual([]);
      }
      expect(await model.finish()).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
