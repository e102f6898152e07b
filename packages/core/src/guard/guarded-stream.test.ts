import { describe, expect, test } from 'vitest';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { GuardedStream, type SlowTransform } from './guarded-stream.ts';

/** An upstream's side, driven by hand. */
class Source implements ByteStream {
  sink: ByteSink | undefined;
  resumed = 0;
  aborted: Error | undefined;

  pipe(sink: ByteSink): void {
    this.sink = sink;
  }

  resume(): void {
    this.resumed++;
  }

  abort(reason: Error): void {
    this.aborted ??= reason;
    this.sink?.destroy(reason);
  }

  send(text: string): boolean | undefined {
    return this.sink?.write(Buffer.from(text));
  }
}

/** A caller's side: what it was told, and whether it has room. */
class Caller implements ByteSink {
  told = '';
  isRoomy = true;

  write(chunk: Uint8Array): boolean {
    this.told += Buffer.from(chunk).toString();
    return this.isRoomy;
  }

  end(taken?: () => void): void {
    this.told += '<end>';
    taken?.();
  }

  destroy(error: Error): void {
    this.told += `<${error.message}>`;
  }
}

/** Says what it is given in capitals, but for what it may not; each piece when it is let. */
function transform(gate: () => Promise<void> = () => Promise.resolve(), word = '<error>'): SlowTransform {
  return {
    take: async (chunk, give) => {
      for (const letter of chunk.toString()) {
        await gate();
        if (letter === '!') throw new Error('refused');
        give(letter.toUpperCase());
      }
    },
    end: async (give) => give('.'),
    word: () => (word === '' ? undefined : Buffer.from(word)),
  };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
};

function open(slow: SlowTransform): { source: Source; stream: GuardedStream; failures: unknown[] } {
  const source = new Source();
  const failures: unknown[] = [];
  const stream = new GuardedStream(source, slow, (thrown) => {
    failures.push(thrown);
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  });
  return { source, stream, failures };
}

describe('a stream whose bytes take their time', () => {
  test('keeps its order, and its end comes last', async () => {
    const { source, stream } = open(transform());
    const begun = stream.begin();
    source.send('ab');
    await begun;
    const caller = new Caller();
    stream.pipe(caller);
    source.send('cd');
    source.send('ef');
    let isTaken = false;
    source.sink?.end(() => {
      isTaken = true;
    });
    await turns();
    expect([caller.told, isTaken]).toEqual(['ABCDEF.<end>', true]);
  });

  test('takes nothing more while a piece is under way, or its caller has no room', async () => {
    const { source, stream } = open(transform());
    const begun = stream.begin();
    expect(source.send('a')).toBe(false);
    await begun;
    expect(source.resumed).toBe(0);
    const caller = new Caller();
    caller.isRoomy = false;
    stream.pipe(caller);
    await turns();
    expect([caller.told, source.resumed]).toEqual(['A', 0]);
    caller.isRoomy = true;
    stream.resume();
    expect(source.resumed).toBe(1);
    expect(source.send('b')).toBe(false);
    await turns();
    expect([caller.told, source.resumed]).toEqual(['AB', 2]);
  });

  test('an error with the first chunk is no stream at all, also where something of it was good', async () => {
    const { source, stream, failures } = open(transform());
    const begun = stream.begin();
    source.send('ab!');
    await expect(begun).rejects.toThrow('refused');
    expect([source.aborted?.message, failures.length]).toEqual(['refused', 1]);
  });

  test.each([
    ['<error>', 'AB<error><end>'],
    ['', 'AB<refused>'],
  ])('one that comes later ends it, with the words %j that its format has', async (word, told) => {
    const { source, stream } = open(transform(undefined, word));
    const begun = stream.begin();
    source.send('a');
    await begun;
    const caller = new Caller();
    stream.pipe(caller);
    source.send('b!c');
    source.send('d');
    await turns();
    expect([caller.told, source.aborted?.message]).toEqual([told, 'refused']);
  });

  test('a caller that goes away ends it at its source; what is under way is given to nobody', async () => {
    const gate = Promise.withResolvers<void>();
    const { source, stream } = open(transform(() => gate.promise));
    const begun = stream.begin();
    source.send('a');
    const reason = new Error('gone');
    stream.abort(reason);
    await expect(begun).rejects.toBe(reason);
    gate.resolve();
    await turns();
    const caller = new Caller();
    stream.pipe(caller);
    expect([caller.told, source.aborted]).toEqual(['<gone>', reason]);
  });

  test('a source that breaks off is told as it told it', async () => {
    const { source, stream } = open(transform());
    const begun = stream.begin();
    source.send('a');
    await begun;
    const caller = new Caller();
    stream.pipe(caller);
    source.sink?.destroy(new Error('broken'));
    expect(caller.told).toBe('A<broken>');
  });
});
