import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { type ContinuedParts, ContinuedStream } from './continued-stream.ts';

class FakeStream implements ByteStream {
  sink: ByteSink | undefined;
  aborted: Error | undefined;
  resumed = 0;
  pipe(sink: ByteSink): void {
    this.sink = sink;
  }
  resume(): void {
    this.resumed++;
  }
  abort(reason: Error): void {
    this.aborted = reason;
    this.sink?.destroy(reason);
  }
}

class FakeSink implements ByteSink {
  text = '';
  isRoomy = true;
  isEnded = false;
  destroyed: Error | undefined;
  throws = false;
  write(chunk: Uint8Array): boolean {
    if (this.throws) throw new Error('of the host');
    this.text += Buffer.from(chunk).toString();
    return this.isRoomy;
  }
  end(taken?: () => void): void {
    this.isEnded = true;
    taken?.();
  }
  destroy(error: Error): void {
    this.destroyed = error;
  }
}

const died = new GatewayError('VE_UPSTREAM_RESET');
const mark = Buffer.from('|');

function setUp(more: Partial<ContinuedParts> = {}) {
  const [first, second, sink] = [new FakeStream(), new FakeStream(), new FakeSink()];
  const asked: Error[] = [];
  const cancelled: GatewayError[] = [];
  const counts = { over: 0, ending: 0 };
  const next = Promise.withResolvers<void>();
  const stream = new ContinuedStream(first, {
    goOn: (error) => {
      asked.push(error);
      return next.promise.then(() => ({ stream: second, mark }));
    },
    renderFailure: (error) => Buffer.from(`!${error.message}`),
    ending: () => counts.ending++,
    cancel: (reason) => cancelled.push(reason),
    over: () => counts.over++,
    ...more,
  });
  return { first, second, sink, stream, asked, cancelled, counts, next };
}

const write = (stream: FakeStream, text: string): boolean | undefined =>
  stream.sink?.write(Buffer.from(text));

describe('one stream of several', () => {
  test('goes on where the first broke off, obeys its sink, and is over once', async () => {
    const { first, second, sink, stream, counts, next } = setUp();
    stream.pipe(sink);
    sink.isRoomy = false;
    expect(write(first, 'a')).toBe(false);
    stream.resume();
    expect(first.resumed).toBe(1);
    first.sink?.destroy(died);
    stream.resume();
    next.resolve();
    await next.promise;
    await Promise.resolve();
    write(second, 'b');
    stream.resume();
    expect(second.resumed).toBe(1);
    second.sink?.end();
    expect(sink).toMatchObject({ text: 'a|b', isEnded: true, destroyed: undefined });
    expect(counts).toEqual({ over: 1, ending: 0 });
  });

  test('tells the end where nobody goes on', () => {
    const { first, sink, stream, counts } = setUp({ goOn: () => undefined });
    stream.pipe(sink);
    write(first, 'a');
    first.sink?.destroy(died);
    expect(sink).toMatchObject({ text: `a!${died.message}`, isEnded: true, destroyed: undefined });
    expect(counts).toEqual({ over: 1, ending: 1 });
  });

  test('tells of the first death where the one that was to go on could not', async () => {
    const { first, sink, stream, counts, next } = setUp();
    stream.pipe(sink);
    first.sink?.destroy(died);
    next.reject(new Error('nobody'));
    await expect(next.promise).rejects.toThrow('nobody');
    await new Promise((resolve) => setImmediate(resolve));
    expect(sink.text).toBe(`!${died.message}`);
    expect(counts.over).toBe(1);
  });

  test('closes where the end cannot be told, and where the sink throws', () => {
    const silent = setUp({ goOn: () => undefined, renderFailure: () => undefined });
    silent.stream.pipe(silent.sink);
    silent.first.sink?.destroy(died);
    expect(silent.sink.destroyed).toBe(died);
    expect(silent.counts.over).toBe(1);
    const throwing = setUp({ goOn: () => undefined });
    throwing.stream.pipe(throwing.sink);
    throwing.sink.throws = true;
    throwing.first.sink?.destroy(died);
    expect(throwing.sink.destroyed?.message).toBe('of the host');
    expect(throwing.counts.over).toBe(1);
  });

  test('given up while one flows, that one is closed, and nobody else is asked', () => {
    const { first, sink, stream, asked, counts } = setUp();
    stream.pipe(sink);
    const reason = new Error('gone');
    stream.abort(reason);
    expect(first.aborted).toBe(reason);
    expect(sink.destroyed).toBe(reason);
    expect(asked).toEqual([]);
    expect(counts.over).toBe(1);
  });

  test('given up while another is being asked, that is called off, and closed should it come all the same', async () => {
    const { first, second, sink, stream, cancelled, counts, next } = setUp();
    stream.pipe(sink);
    first.sink?.destroy(died);
    stream.abort(new Error('gone'));
    expect(cancelled.map(({ code }) => code)).toEqual(['VE_CLIENT_CLOSED']);
    expect(sink.destroyed?.message).toBe('gone');
    next.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(second.aborted?.message).toBe('gone');
    expect(counts.over).toBe(1);
  });

  test('given up before anybody takes it, it is closed for whoever comes', () => {
    const { first, sink, stream, counts } = setUp();
    const reason = new Error('gone');
    stream.abort(reason);
    expect(first.aborted).toBe(reason);
    stream.pipe(sink);
    expect(sink.destroyed).toBe(reason);
    expect(counts.over).toBe(1);
  });

  test('a sink that throws when another goes on closes that one', async () => {
    const { first, second, sink, stream, counts, next } = setUp();
    stream.pipe(sink);
    first.sink?.destroy(died);
    sink.throws = true;
    next.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(second.aborted?.message).toBe('of the host');
    expect(sink.destroyed?.message).toBe('of the host');
    expect(counts.over).toBe(1);
  });
});
