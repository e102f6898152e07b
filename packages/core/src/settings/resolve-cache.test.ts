import { expect, test } from 'vitest';
import { openai } from '../upstreams/openai/openai.ts';
import { resolveSettings } from './resolve-settings.ts';

const upstreams = { openai: openai({ apiKey: 'sk-test' }) };

/** As a caller without types may write them. */
function resolve(own: object): ReturnType<typeof resolveSettings> {
  return resolveSettings({ open: true, upstreams, ...own });
}

test('nothing is cached unless the options say so', () => {
  expect(resolve({}).cache).toBeUndefined();
  expect(resolve({ models: { a: { targets: ['openai'], cache: false } } }).cache).toBeUndefined();
});

test('what is left out has its defaults, and models differ where they say so', () => {
  const models = {
    plain: 'openai',
    own: { targets: ['openai'], cache: { ttl: 5, pace: 'recorded', anyTemperature: true } },
    none: { targets: ['openai'], cache: false },
  };
  expect(resolve({ cache: {}, models }).cache).toEqual({
    bytes: 67_108_864,
    entryBytes: 1_048_576,
    ttl: 3_600_000,
    scope: 'tenant',
    pace: 'at once',
    tier: undefined,
    models: new Map<string, unknown>([
      ['own', { ttl: 5, pace: 'recorded', anyTemperature: true }],
      ['none', false],
    ]),
  });
});

const model = (cache: unknown): object => ({ cache: {}, models: { a: { targets: ['openai'], cache } } });

test.each<[object, string]>([
  [{ cache: true }, 'cache: '],
  [{ cache: { byte: 1 } }, 'there is no option "cache.byte". Did you mean "bytes"?'],
  [{ cache: { bytes: 0 } }, 'cache.bytes: must be above 0'],
  [{ cache: { ttl: '1h' } }, 'cache.ttl: must be a number of milliseconds'],
  [{ cache: { scope: 'all' } }, 'cache.scope: must be "tenant" or "shared"'],
  [{ cache: { pace: 'slow' } }, 'cache.pace: must be "at once" or "recorded"'],
  [
    { cache: { tier: { get() {} } } },
    'cache.tier: must be a cache tier, with the methods get, set, delete and invalidate',
  ],
  [
    { cache: { bytes: 10, entryBytes: 20 } },
    'cache.entryBytes: one answer may have 20 bytes, and all together 10',
  ],
  [model(true), 'models["a"].cache: it must be false or { ttl, pace, anyTemperature }'],
  [model({ temprature: true }), 'models["a"].cache: there is no "temprature"'],
  [model({ ttl: 0 }), 'models["a"].cache.ttl: it must be a number of milliseconds above 0'],
  [model({ pace: 'fast' }), 'models["a"].cache.pace: it must be "at once" or "recorded"'],
  [model({ anyTemperature: 1 }), 'models["a"].cache.anyTemperature: it must be true or false'],
  [
    { models: { a: { targets: ['openai'], cache: { ttl: 5 } } } },
    'models["a"].cache: nothing is cached as long as the gateway\'s own option "cache" is left out',
  ],
])('%j is a mistake, and told', (own, message) => {
  expect(() => resolve(own)).toThrow(message);
});
