import { describe, expect, test, vi } from 'vitest';
import type { ByteSink, ByteStream } from './byte-stream.ts';
import { type StreamWatcher, watchStream } from './watch-stream.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

const nothing = (): undefined => undefined;

const throwing = (): never => {
  throw new Error('wrapped too well');
};

function watched(watcher: Partial<StreamWatcher>, sink: Partial<ByteSink> = {}) {
  const log: string[] = [];
  let piped: ByteSink | undefined;
  const stream: ByteStream = {
    pipe: (to) => {
      piped = to;
    },
    resume: () => void log.push('<resume>'),
    abort: (reason) => {
      log.push(`<abort ${reason.message}>`);
      piped?.destroy(reason);
    },
  };
  watchStream(stream, { see: nothing, end: nothing, ...watcher }).pipe({
    write: (chunk) => log.push(Buffer.from(chunk).toString()) > 0,
    end: () => void log.push('<end>'),
    destroy: () => void log.push('<destroy>'),
    ...sink,
  });
  if (piped === undefined) throw new Error('nothing was piped');
  return { log, to: piped };
}

describe('watchStream', () => {
  test('a chunk in which something is seen comes when that is done, and everything behind it later', async () => {
    const seen = Promise.withResolvers<void>();
    const { log, to } = watched({
      see: (chunk) => (String(chunk) === 'b' ? seen.promise : undefined),
    });
    expect(['a', 'b', 'c'].map((text) => to.write(bytes(text)))).toEqual([true, false, false]);
    to.end();
    await Promise.resolve();
    expect(log).toEqual(['a']);
    seen.resolve();
    await vi.waitFor(() => expect(log.at(-1)).toBe('<end>'));
    expect(log).toEqual(['a', 'b', '<resume>', 'c', '<resume>', '<end>']);
  });

  test('once it is done, chunks go straight on, and a full sink is heard again', async () => {
    const write = vi.fn<ByteSink['write']>().mockReturnValue(false);
    const { log, to } = watched(
      { see: vi.fn<StreamWatcher['see']>().mockReturnValueOnce(Promise.resolve()) },
      { write },
    );
    to.write(bytes('a'));
    await vi.waitFor(() => expect(write).toHaveBeenCalledOnce());
    // The sink is full: it calls for more itself.
    expect(log).toEqual([]);
    await new Promise(setImmediate);
    to.write(bytes('b'));
    expect(write).toHaveBeenCalledTimes(2);
  });

  test('the end waits for what is done with all of it', async () => {
    const kept = Promise.withResolvers<void>();
    const { log, to } = watched({ end: () => kept.promise });
    to.write(bytes('a'));
    to.end();
    await new Promise(setImmediate);
    expect(log).toEqual(['a']);
    kept.resolve();
    await vi.waitFor(() => expect(log).toEqual(['a', '<end>']));
  });

  test('nothing more is written to a sink that was destroyed meanwhile', async () => {
    const seen = Promise.withResolvers<void>();
    const { log, to } = watched({ see: () => seen.promise });
    to.write(bytes('a'));
    to.destroy(new Error('gone'));
    seen.resolve();
    await new Promise(setImmediate);
    expect(log).toEqual(['<destroy>']);
  });

  test('a sink that throws ends the stream, and nothing else', async () => {
    const { log, to } = watched({ see: () => Promise.resolve() }, { write: throwing });
    to.write(bytes('a'));
    await vi.waitFor(() => expect(log).toEqual(['<abort wrapped too well>', '<destroy>']));
  });
});
