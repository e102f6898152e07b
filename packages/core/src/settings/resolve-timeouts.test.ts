import { describe, expect, test } from 'vitest';
import { openai } from '../upstreams/openai/openai.ts';
import { resolveSettings } from './resolve-settings.ts';
import { resolveTimeouts } from './resolve-timeouts.ts';

describe('resolveTimeouts', () => {
  test('a route without them has none', () => {
    expect(resolveTimeouts('writer', 'openai')).toBeUndefined();
    expect(resolveTimeouts('writer', { targets: ['openai'] })).toBeUndefined();
    expect(resolveTimeouts('writer', { targets: ['openai'], timeouts: undefined })).toBeUndefined();
  });

  test('keeps what is given, and nothing else', () => {
    const timeouts = { queue: 5, firstByte: 6, idle: 7, write: 8, total: 9 };
    expect(resolveTimeouts('writer', { timeouts })).toEqual(timeouts);
    expect(resolveTimeouts('writer', { timeouts: { total: 9, idle: undefined } })).toEqual({ total: 9 });
  });

  test.each<[what: string, timeouts: unknown, message: RegExp]>([
    ['a number', 5, /^models\["writer"\]\.timeouts: it must be \{ queue, firstByte/],
    ['a list', [], /^models\["writer"\]\.timeouts: it must be/],
    ['a name that is near', { firstbyte: 5 }, /there is no "firstbyte"; .* Did you mean "firstByte"\?/],
    ['what belongs to the upstream', { connect: 5 }, /there is no "connect"; a model has queue, firstByte/],
    ['nothing', { total: 0 }, /timeouts\.total is 0; it must be a number of milliseconds above 0/],
    ['words', { idle: '5s' }, /timeouts\.idle is "5s"; it must be/],
    ['for ever', { idle: Number.POSITIVE_INFINITY }, /timeouts\.idle is Infinity; it must be/],
  ])('refuses %s', (_what, timeouts, message) => {
    expect(() => resolveTimeouts('writer', { timeouts })).toThrow(message);
  });
});

const upstreams = { openai: openai({ apiKey: 'k' }) };
const identify = () => ({ tenant: 'acme' });
const models = { writer: { targets: ['openai/gpt-5.2'], timeouts: { total: 5_000_000 } } } as const;

describe('the settings', () => {
  test('a model keeps its deadlines, and the window of the breakers is as long as the longest', () => {
    const settings = resolveSettings({ open: true, upstreams, models });
    expect(settings.routing.models.get('writer')?.timeouts).toEqual({ total: 5_000_000 });
    expect(settings.breaker.window).toBe(5_000_000);
    // Nor does the line end it sooner.
    expect(settings.timeouts.queue).toBe(5_000_000);
  });

  test('deadlines stand beside the targets of a model, not of a group in it', () => {
    const nested = { writer: { targets: [{ targets: ['openai'], timeouts: { total: 5 } }] } };
    expect(() => resolveSettings({ open: true, upstreams, models: nested })).toThrow(
      /there is no "timeouts" beside targets/,
    );
  });

  test('a tenant has four slots of five where callers are told apart, and all where they are not', () => {
    expect(resolveSettings({ open: true, upstreams }).tenantShare).toBe(1);
    expect(resolveSettings({ identify, upstreams }).tenantShare).toBe(0.8);
    expect(resolveSettings({ identify, upstreams, tenantShare: 1 }).tenantShare).toBe(1);
  });

  test.each<[share: unknown, message: RegExp]>([
    [0, /^tenantShare: must be above 0 \(given: 0\)/],
    [1.5, /^tenantShare: must be at most 1, which is all of them/],
    ['half', /^tenantShare: must be a number/],
  ])('a share of %s is refused', (tenantShare, message) => {
    const options = { identify, upstreams, tenantShare };
    expect(() => resolveSettings(options as never)).toThrow(message);
  });

  test('a share makes no sense where nobody is told apart', () => {
    expect(() => resolveSettings({ open: true, upstreams, tenantShare: 0.5 })).toThrow(
      /tenantShare: nobody is told apart where the gateway is open; leave it out, or give identify/,
    );
  });
});
