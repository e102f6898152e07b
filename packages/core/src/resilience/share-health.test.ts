import { manualClock } from '@vector-engine/testing';
import { describe, expect, type Mock, test, vi } from 'vitest';
import type { SharedEvent } from '../protocol/events.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Notice, ReachListener, SharedState } from '../protocol/shared-state.ts';
import { SharedHealth } from './share-health.ts';

const opening = {
  type: 'breaker-opening',
  upstream: 'a',
  model: 'm',
  after: 'failures',
  for: 1000,
} as const;
const rest = {
  type: 'key-rest',
  upstream: 'a',
  model: 'm',
  key: 'k',
  problem: 'limited',
  for: 1000,
} as const;

const line = (): Mock<Logger['info']> => vi.fn<Logger['info']>();
const fail = (): never => {
  throw new Error('broken');
};

function setUp(shared: Partial<SharedState> = {}) {
  const clock = manualClock();
  const told: Notice[] = [];
  const heard: Notice[] = [];
  const listeners: { hear: (notice: Notice) => void; onReach: ReachListener | undefined }[] = [];
  const logger = { debug: line(), info: line(), warn: line(), error: line() };
  const leave = vi.fn<() => void>();
  const onReach = vi.fn<(event: SharedEvent) => void>();
  const health = new SharedHealth(
    {
      tell: (notice) => told.push(notice),
      listen: (hear, reached) => {
        listeners.push({ hear, onReach: reached });
        return leave;
      },
      ...shared,
    },
    { clock, logger, onReach },
  );
  health.listen((notice) => heard.push(notice));
  const hear = (notice: unknown): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whatever comes from outside
    for (const listener of listeners) listener.hear(notice as Notice);
  };
  return { clock, told, heard, listeners, logger, leave, onReach, health, hear };
}

describe('SharedHealth', () => {
  test('tells what is found out, once for calls that fail together, and again when it lasts', async () => {
    const { health, told, clock } = setUp();
    for (let call = 0; call < 100; call++) {
      health.tell(rest);
      await clock.advance(1);
    }
    expect(told).toHaveLength(1);
    await clock.advance(200);
    health.tell(rest);
    health.tell({ ...rest, key: 'other' });
    health.tell({ ...rest, model: 'other' });
    health.tell(opening);
    expect(told).toHaveLength(5);
  });

  test('what was heard is not told', async () => {
    const { health, told, heard, hear, clock } = setUp();
    hear({ ...opening, from: 'elsewhere' });
    expect(heard).toEqual([{ ...opening, from: 'elsewhere' }]);
    health.tell(opening);
    expect(told).toEqual([]);
    await clock.advance(1000);
    health.tell(opening);
    expect(told).toHaveLength(1);
  });

  test('its own words are not heard', () => {
    const { health, told, heard, hear } = setUp();
    health.tell(opening);
    for (const notice of told) hear(notice);
    expect(heard).toEqual([]);
  });

  test('no word holds for longer than an hour', () => {
    const { heard, hear } = setUp();
    hear({ ...opening, from: 'elsewhere', for: 1e12 });
    expect(heard.map((notice) => notice.for)).toEqual([3_600_000]);
  });

  test.each([
    undefined,
    null,
    'text',
    {},
    { ...opening },
    { ...opening, from: 'x', for: 0 },
    { ...opening, from: 'x', for: Number.NaN },
    { ...opening, from: 'x', for: '1' },
    { ...opening, from: 'x', after: 'else' },
    { ...opening, from: 'x', upstream: 1 },
    { ...opening, from: 'x', type: 'else' },
    { ...rest, from: 'x', key: 1 },
    { ...rest, from: 'x', problem: 'else' },
  ])('%j is not heard', (notice) => {
    const { heard, hear } = setUp();
    hear(notice);
    expect(heard).toEqual([]);
  });

  test('what throws is logged, and disturbs nobody', () => {
    const { health, logger } = setUp({ tell: fail, listen: fail });
    health.tell(opening);
    health.close();
    expect(logger.error).toHaveBeenCalledTimes(2);
  });

  test('says in the log and by events when the others are out of reach, and when they are back', () => {
    const { listeners, logger, health, leave, onReach } = setUp();
    for (const isReached of [true, false, false, true, true])
      listeners[0]?.onReach?.(isReached, new Error('ECONNREFUSED'));
    expect(onReach.mock.calls).toEqual([[{ state: 'failing', reason: 'ECONNREFUSED' }], [{ state: 'well' }]]);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.info).toHaveBeenCalledTimes(1);
    health.close();
    health.close();
    expect(leave).toHaveBeenCalledTimes(1);
  });

  test('remembers a bounded number of findings', async () => {
    const { health, told, clock } = setUp();
    for (let key = 0; key < 5000; key++) {
      health.tell({ ...rest, key: String(key) });
      await clock.advance(1);
    }
    expect(told).toHaveLength(5000);
  });
});
