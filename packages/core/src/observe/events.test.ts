import { describe, expect, test, vi } from 'vitest';
import type { BreakerEvent } from '../protocol/events.ts';
import type { Logger } from '../protocol/logger.ts';
import { Events } from './events.ts';

const event: BreakerEvent = { target: { upstream: 'openai', model: 'gpt' }, state: 'open' };
const makeLogger = () => ({
  debug: vi.fn<Logger['debug']>(),
  info: vi.fn<Logger['info']>(),
  warn: vi.fn<Logger['warn']>(),
  error: vi.fn<Logger['error']>(),
});

describe('Events', () => {
  test('reach the listeners of their name, in order, until they are taken off', () => {
    const events = new Events(makeLogger());
    const heard: string[] = [];
    const off = events.on('breaker', ({ state }) => heard.push(`first ${state}`));
    events.on('breaker', () => heard.push('second'));
    events.on('end', () => heard.push('wrong'));
    events.emit('breaker', () => event);
    off();
    off();
    events.emit('breaker', () => event);
    expect(heard).toEqual(['first open', 'second', 'second']);
  });

  test('a listener that throws is logged and disturbs nobody', () => {
    const logger = makeLogger();
    const events = new Events(logger);
    const error = new Error('mine');
    events.on('breaker', () => {
      throw error;
    });
    const after = vi.fn<(heard: BreakerEvent) => void>();
    events.on('breaker', after);
    events.emit('breaker', () => event);
    expect(after).toHaveBeenCalledExactlyOnceWith(event);
    expect(logger.error).toHaveBeenCalledExactlyOnceWith({ error, event: 'breaker' }, expect.any(String));
  });

  test('a listener that rejects is logged, too, and does not end the process', async () => {
    const logger = makeLogger();
    const events = new Events(logger);
    const error = new Error('mine');
    events.on('breaker', () => Promise.reject(error));
    events.emit('breaker', () => event);
    await vi.waitFor(() =>
      expect(logger.error).toHaveBeenCalledExactlyOnceWith({ error, event: 'breaker' }, expect.any(String)),
    );
  });

  test('an event that nobody hears is not even built', () => {
    const build = vi.fn<() => BreakerEvent>(() => event);
    new Events(makeLogger()).emit('breaker', build);
    expect(build).not.toHaveBeenCalled();
  });

  test('a name that is none is told, with those there are', () => {
    const events = new Events(makeLogger());
    expect(() => events.on('ends' as 'end', () => {})).toThrow(
      'there is no event "ends"; events are request, attempt, end, balance, breaker, probe',
    );
  });
});
