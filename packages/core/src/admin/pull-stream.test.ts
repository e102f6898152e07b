import { expect, test, vi } from 'vitest';
import type { ByteSink } from '../stream/byte-stream.ts';
import { PullStream } from './pull-stream.ts';

function sinkThat(takes: (text: string) => boolean): { readonly sink: ByteSink; readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    sink: {
      write: (chunk) => {
        told.push(Buffer.from(chunk).toString());
        return takes(Buffer.from(chunk).toString());
      },
      end: () => void told.push('end'),
      destroy: (error) => void told.push(error.message),
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a piece is made when there is room for it', async () => {
  const made: string[] = [];
  const stream = new PullStream(
    (async function* () {
      for (const piece of ['a', 'b', 'c']) {
        made.push(piece);
        yield Buffer.from(piece);
      }
    })(),
  );
  const { sink, told } = sinkThat((text) => text !== 'b');
  stream.pipe(sink);
  await settled();
  expect([made, told]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  stream.resume();
  stream.resume();
  await settled();
  expect(told).toEqual(['a', 'b', 'c', 'end']);
});

test('room that is there again while a piece is written is not missed', async () => {
  const stream = new PullStream(
    (async function* () {
      yield Buffer.from('a');
      yield Buffer.from('b');
    })(),
  );
  const { sink, told } = sinkThat(() => {
    queueMicrotask(() => stream.resume());
    return false;
  });
  stream.pipe(sink);
  await settled();
  expect(told).toEqual(['a', 'b', 'end']);
});

test('what cannot be made ends it honestly, and nothing is made for nobody', async () => {
  const broken = new PullStream(
    (async function* () {
      yield Buffer.from('a');
      throw new Error('the store is gone');
    })(),
  );
  const { sink, told } = sinkThat(() => true);
  broken.pipe(sink);
  await settled();
  expect(told).toEqual(['a', 'the store is gone']);
  const closed = vi.fn<() => void>();
  const left = new PullStream(
    (async function* () {
      try {
        for (;;) yield Buffer.from('a');
      } finally {
        closed();
      }
    })(),
  );
  const slow = sinkThat(() => false);
  left.pipe(slow.sink);
  await settled();
  left.abort();
  left.abort();
  left.resume();
  await settled();
  expect([slow.told, closed.mock.calls.length]).toEqual([['a'], 1]);
});
