import { expect, test } from 'vitest';
import { turn, World } from '../../test/flight-world.ts';

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
  expect([first, second].map(({ caller }) => [caller.text, caller.state])).toEqual([
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
  expect(fast.caller.state).toBe('open');
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
  expect(odd.caller.state).toBe('destroyed');
  expect(other.caller.text).toBe('one ');
  expect(world.deserted).toBe(0);
});
