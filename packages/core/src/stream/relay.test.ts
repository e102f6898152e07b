import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ByteSink } from './byte-stream.ts';
import { EventFormat, type EventTap } from './event-format.ts';
import { eventLimit } from './event-limit.ts';
import { RawFormat } from './raw-format.ts';
import { Relay, type RelaySource } from './relay.ts';

/** What a sink was told, in words; writes of one turn are one entry. */
function makeSink(isRoomy: () => boolean = () => true) {
  const log: string[] = [];
  const sink: ByteSink = {
    write: (chunk) => {
      log.push(Buffer.from(chunk).toString());
      return isRoomy();
    },
    end: (taken) => {
      log.push('<end>');
      taken?.();
    },
    destroy: (error) => log.push(`<destroy: ${error.message}>`),
  };
  return { log, sink };
}

function makeSource() {
  return {
    pause: vi.fn<RelaySource['pause']>(),
    resume: vi.fn<RelaySource['resume']>(),
    abort: vi.fn<RelaySource['abort']>(),
    ending: vi.fn<RelaySource['ending']>(),
    over: vi.fn<RelaySource['over']>(),
  };
}

/** Complete once `data: end` has passed; leaves out events that say `secret`. */
function makeTap(): EventTap {
  let complete = false;
  return {
    pass(events) {
      complete ||= events.includes('data: end');
      return Buffer.from(events.toString().replaceAll('data: secret\n\n', ''));
    },
    isComplete: () => complete,
    isEvent: (event) => event.toString() === 'data: end',
    renderError: (error) => Buffer.from(`data: error ${error.message}\n\n`),
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const bytes = (text: string): Buffer => Buffer.from(text);
const makeEventFormat = () => new EventFormat(makeTap(), (reason) => new Error(reason));

describe('Relay', () => {
  test('writes what one turn brought in one write', async () => {
    const { log, sink } = makeSink();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), makeSource());
    relay.pipe(sink);
    relay.push(bytes('a'));
    relay.push(bytes('b'));
    await nextTurn();
    relay.push(bytes('c'));
    await nextTurn();
    expect(log).toEqual(['ab', 'c']);
  });

  test('keeps what comes before there is a sink, and pauses the upstream above 64 KiB of it', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), source);
    relay.push(bytes('x'.repeat(65_536)));
    expect(source.pause).not.toHaveBeenCalled();
    relay.push(bytes('y'));
    expect(source.pause).toHaveBeenCalled();
    relay.pipe(sink);
    await nextTurn();
    expect(log).toEqual([`${'x'.repeat(65_536)}y`]);
    expect(source.resume).toHaveBeenCalledOnce();
  });

  test('stays paused when the first write has already filled the sink', async () => {
    const source = makeSource();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), source);
    relay.push(bytes('x'.repeat(70_000)));
    relay.pipe(makeSink(() => false).sink);
    await nextTurn();
    expect(source.resume).not.toHaveBeenCalled();
    relay.resume();
    expect(source.resume).toHaveBeenCalledOnce();
  });

  test('pauses the upstream when the sink is full, and resumes it when the sink says so', async () => {
    const source = makeSource();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), source);
    relay.pipe(makeSink(() => false).sink);
    relay.push(bytes('a'));
    await nextTurn();
    expect(source.pause).toHaveBeenCalledOnce();
    relay.resume();
    expect(source.resume).toHaveBeenCalledOnce();
  });

  test('ends the sink and is over, once, when the upstream has ended', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), source);
    relay.pipe(sink);
    relay.push(bytes('a'));
    relay.finish();
    relay.push(bytes('late'));
    await nextTurn();
    relay.abort(new Error('late'));
    relay.resume();
    expect(log).toEqual(['a', '<end>']);
    expect(source.over.mock.calls).toEqual([[undefined]]);
    expect(source.abort).not.toHaveBeenCalled();
    expect(source.resume).not.toHaveBeenCalled();
  });

  test('gives a sink that comes late everything, the end included', async () => {
    const { log, sink } = makeSink();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), makeSource());
    relay.push(bytes('a'));
    relay.finish();
    relay.pipe(sink);
    await nextTurn();
    expect(log).toEqual(['a', '<end>']);
  });

  test('writes what had come, then closes, when raw bytes break off', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), source);
    relay.pipe(sink);
    relay.push(bytes('half'));
    const error = new Error('reset');
    relay.fail(error);
    await nextTurn();
    expect(log).toEqual(['half', '<destroy: reset>']);
    expect(source.over.mock.calls).toEqual([[error]]);
  });

  test('writes the end, when the upstream breaks off with everything said', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const format = {
      take: (chunk: Buffer) => chunk,
      isComplete: () => true,
      end: () => bytes('<last>'),
      breakOff: () => bytes('<error>'),
    };
    const relay = new Relay(format, source);
    relay.pipe(sink);
    relay.push(bytes('all'));
    relay.fail(new Error('reset'));
    await nextTurn();
    expect(log).toEqual(['all<last>', '<end>']);
    expect(source.over.mock.calls).toEqual([[undefined]]);
  });

  test('closes upstream and sink at once when it is aborted', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const relay = new Relay(new RawFormat((chunk) => chunk, 0), source);
    relay.pipe(sink);
    relay.push(bytes('never written'));
    const reason = new Error('gone');
    relay.abort(reason);
    await nextTurn();
    expect(log).toEqual(['<destroy: gone>']);
    expect(source.abort).toHaveBeenCalledExactlyOnceWith(reason);
    expect(source.over).toHaveBeenCalledExactlyOnceWith(reason);
  });
});

describe('eventFormat', () => {
  test('passes whole events only, however they come, and ends after the last', () => {
    const text = 'data: 1\n\ndata: secret\n\ndata: 2\n\ndata: end\n\n';
    fc.assert(
      fc.property(fc.array(fc.nat(12)), (lengths) => {
        const { log, sink } = makeSink();
        const relay = new Relay(makeEventFormat(), makeSource());
        relay.pipe(sink);
        let at = 0;
        for (const length of [...lengths, text.length]) {
          relay.push(bytes(text.slice(at, at + length)));
          relay.turnEnded();
          at += length;
        }
        relay.finish();
        relay.turnEnded();
        expect(log.join('')).toBe('data: 1\n\ndata: 2\n\ndata: end\n\n<end>');
        for (const written of log.slice(0, -1)) expect(written).toMatch(/\n\n$/);
      }),
    );
  });

  test('breaking off anywhere leaves whole events and one error', () => {
    const text = 'data: 1\n\ndata: 2\n\ndata: end\n\n';
    for (let at = 0; at <= text.length; at++) {
      const { log, sink } = makeSink();
      const relay = new Relay(makeEventFormat(), makeSource());
      relay.pipe(sink);
      relay.push(bytes(text.slice(0, at)));
      relay.fail(new Error('reset'));
      relay.turnEnded();
      const whole = text.slice(0, Math.max(0, text.lastIndexOf('\n\n', at - 2) + 2));
      const expected = at < 2 || whole === '\n' ? '' : whole;
      const error = at === text.length ? '' : 'data: error reset\n\n';
      expect(log.join('')).toBe(`${at < 9 ? '' : expected}${error}<end>`);
    }
  });

  test('gives on a last event without its empty line', async () => {
    const { log, sink } = makeSink();
    const relay = new Relay(makeEventFormat(), makeSource());
    relay.pipe(sink);
    relay.push(bytes('data: 1\n\ndata: end'));
    relay.finish();
    await nextTurn();
    expect(log.join('')).toBe('data: 1\n\ndata: end<end>');
  });

  test('an end before the last event is an error, and the unfinished tail is not shown', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const relay = new Relay(makeEventFormat(), source);
    relay.pipe(sink);
    relay.push(bytes('data: 1\n\ndata: 2'));
    relay.finish();
    await nextTurn();
    expect(log.join('')).toBe('data: 1\n\ndata: error the stream ended before its last event\n\n<end>');
    expect(source.over).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: expect.any(String) }),
    );
  });

  test('an event without end closes the upstream and tells the caller', async () => {
    const { log, sink } = makeSink();
    const source = makeSource();
    const relay = new Relay(makeEventFormat(), source);
    relay.pipe(sink);
    relay.push(bytes('data: 1\n\n'));
    await nextTurn();
    relay.push(bytes(`data: ${'x'.repeat(eventLimit)}`));
    await nextTurn();
    expect(log).toEqual([
      'data: 1\n\n',
      `data: error an event is larger than ${eventLimit} bytes\n\n`,
      '<end>',
    ]);
    expect(source.abort).toHaveBeenCalledOnce();
    expect(source.over).toHaveBeenCalledOnce();
  });
});
