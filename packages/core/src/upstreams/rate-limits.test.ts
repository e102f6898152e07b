import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeadroom, readRateLimit, readReset } from './rate-limits.ts';

const now = Date.UTC(2026, 0, 27, 12);
const read = (headers: Record<string, string | string[]>): ReturnType<typeof readHeadroom> =>
  readHeadroom(headers, now);

describe('what a vendor says is left of its rate limits', () => {
  it('is the smallest of the limits, and holds until that one is reset', () => {
    expect(
      read({
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-tokens': '30000',
        'x-ratelimit-reset-tokens': '6m0s',
      }),
    ).toEqual({ share: 0.2, until: now + 360_000 });
  });

  it("is read from Anthropic's names, whose resets are dates", () => {
    expect(
      read({
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-01-27T12:00:01Z',
        'anthropic-ratelimit-input-tokens-limit': '40000',
        'anthropic-ratelimit-input-tokens-remaining': '10000',
        'anthropic-ratelimit-input-tokens-reset': '2026-01-27T12:00:45Z',
        'anthropic-ratelimit-output-tokens-limit': '8000',
        'anthropic-ratelimit-output-tokens-remaining': '8000',
        'anthropic-ratelimit-output-tokens-reset': '2026-01-27T12:00:00Z',
      }),
    ).toEqual({ share: 0.25, until: now + 45_000 });
  });

  it.each([
    ['Azure, where a limit is left out', { 'x-ratelimit-remaining-requests': '0' }, 0],
    ['Together', { 'x-tokenlimit-limit': '1000', 'x-tokenlimit-remaining': '10' }, 0.01],
    ['a vendor that gives more than it says', { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '6' }, 1],
    ['OpenRouter', { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '5' }, 0.25],
    [
      'Cerebras',
      { 'x-ratelimit-limit-tokens-minute': '60000', 'x-ratelimit-remaining-tokens-minute': '45000' },
      0.75,
    ],
    [
      'a header that comes twice',
      { 'x-ratelimit-limit': ['10', '10'], 'x-ratelimit-remaining': ['4', '3'] },
      0.4,
    ],
  ])('is read from the names of %s', (_, headers, share) => {
    expect(read(headers)).toEqual({ share, until: now + 60_000 });
  });

  it.each([
    [{}],
    [{ 'content-type': 'application/json', 'x-request-id': 'remaining' }],
    [{ 'x-ratelimit-remaining-requests': '12' }],
    [{ 'x-ratelimit-limit-requests': '0', 'x-ratelimit-remaining-requests': '0' }],
    [{ 'x-ratelimit-limit-requests': '-1', 'x-ratelimit-remaining-requests': '7' }],
    [{ 'x-ratelimit-limit-requests': 'many', 'x-ratelimit-remaining-requests': 'lots' }],
  ])('is unknown of %j', (headers) => {
    expect(read(headers)).toBeUndefined();
  });

  it.each([
    ['6m0s', 360_000],
    ['20ms', 20],
    ['7.66s', 7660],
    ['1h2m3.5s', 3_723_500],
    ['1d', 86_400_000],
    ['12', 12_000],
    ['0.5', 500],
    ['2026-01-27T12:00:30Z', 30_000],
    ['2026-01-27T11:00:30Z', 0],
    [String(now / 1000 + 5), 5000],
    [String(now + 250), 250],
    ['9d', 86_400_000],
    ['soon', 60_000],
    ['', 60_000],
    [undefined, 60_000],
    ['-5', 0],
  ])('a reset of %s is %d milliseconds away', (text, milliseconds) => {
    expect(readReset(text, now)).toBe(milliseconds);
  });

  const anyName = fc
    .tuple(
      fc.constantFrom('x-ratelimit-', 'anthropic-ratelimit-', 'ratelimit-', 'x-tokenlimit-', ''),
      fc.constantFrom('remaining', 'limit', 'reset', 'tokens-remaining', 'tokens-limit', 'tokens-reset'),
      fc.constantFrom('', '-requests', '-tokens', '-remaining'),
    )
    .map((parts) => parts.join(''));
  const anyValue = fc.oneof(
    fc.constantFrom(
      '0',
      '1',
      '-0',
      '1e400',
      'NaN',
      'Infinity',
      '6m0s',
      '20ms',
      '9'.repeat(400),
      '1s'.repeat(40),
    ),
    fc.integer().map(String),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string(),
  );
  const anyHeaders = fc.dictionary(anyName, fc.oneof(anyValue, fc.array(anyValue, { maxLength: 3 })));

  it('is a share of the whole for a time that can be waited for, whatever the headers say', () => {
    fc.assert(
      fc.property(anyHeaders, (headers) => {
        const headroom = read(headers);
        if (headroom === undefined) return;
        expect(headroom.share).toBeGreaterThanOrEqual(0);
        expect(headroom.share).toBeLessThanOrEqual(1);
        expect(headroom.until).toBeGreaterThanOrEqual(now);
        expect(headroom.until).toBeLessThanOrEqual(now + 86_400_000);
      }),
      { numRuns: 3000 },
    );
  });

  it('is what any vendor with honest headers says, in whatever order they come', () => {
    const limit = fc.record({
      name: fc.stringMatching(/^[a-z]{1,10}$/),
      most: fc.integer({ min: 1, max: 1e9 }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(limit, { selector: ({ name }) => name, minLength: 1 }), (limits) => {
        const shares = limits.map(({ most, used }) => Math.floor(most * used) / most);
        const headers = Object.fromEntries(
          limits.flatMap(({ name, most, used }) => [
            [`x-ratelimit-limit-${name}`, String(most)],
            [`x-ratelimit-remaining-${name}`, String(Math.floor(most * used))],
          ]),
        );
        expect(read(headers)?.share).toBe(Math.min(...shares));
      }),
    );
  });

  it('takes no time to speak of, however hard it is to read', () => {
    const hostile = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`x-ratelimit-remaining-${index}`, `${'1'.repeat(8000)}m`]),
    );
    const startedAt = performance.now();
    for (let index = 0; index < 100; index++) read(hostile);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe('what a vendor told of its rate limits', () => {
  it.each([
    [
      'OpenAI and Azure',
      {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-limit-tokens': '150000',
        'x-ratelimit-remaining-tokens': '30000',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      {
        remainingRequests: 59,
        limitRequests: 60,
        remainingTokens: 30_000,
        limitTokens: 150_000,
        resetsAt: now + 360_000,
      },
    ],
    [
      'Anthropic, of whose tokens those are told that are closest',
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '1',
        'anthropic-ratelimit-requests-reset': '2026-01-27T12:00:01Z',
        'anthropic-ratelimit-input-tokens-limit': '40000',
        'anthropic-ratelimit-input-tokens-remaining': '10000',
        'anthropic-ratelimit-input-tokens-reset': '2026-01-27T12:00:45Z',
        'anthropic-ratelimit-output-tokens-limit': '8000',
        'anthropic-ratelimit-output-tokens-remaining': '8000',
      },
      {
        remainingRequests: 1,
        limitRequests: 50,
        remainingTokens: 10_000,
        limitTokens: 40_000,
        resetsAt: now + 1000,
      },
    ],
    ['Azure, where the limit is left out', { 'x-ratelimit-remaining-tokens': '7' }, { remainingTokens: 7 }],
    [
      'OpenRouter',
      { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': String(now + 250) },
      { remainingRequests: 0, limitRequests: 20, resetsAt: now + 250 },
    ],
    [
      'Together',
      { 'x-tokenlimit-limit': '1000', 'x-tokenlimit-remaining': '10', 'x-ratelimit-remaining': '4' },
      { remainingRequests: 4, remainingTokens: 10, limitTokens: 1000 },
    ],
  ])('is read from the names of %s', (_, headers, told) => {
    expect(readRateLimit(headers, now)).toEqual(told);
  });

  it.each([[{}], [{ 'x-ratelimit-remaining': 'lots' }], [{ 'set-cookie': 'remaining-limit=1' }]])(
    'is nothing of %j',
    (headers) => {
      expect(readRateLimit(headers, now)).toBeUndefined();
    },
  );

  it('is numbers, whatever a vendor writes', () => {
    const name = fc.constantFrom(
      'x-ratelimit-remaining-requests',
      'x-ratelimit-limit-requests',
      'x-ratelimit-reset-requests',
      'anthropic-ratelimit-tokens-remaining',
      'anthropic-ratelimit-tokens-reset',
    );
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(fc.string(), fc.integer().map(String))), (headers) => {
        for (const value of Object.values(readRateLimit(headers, now) ?? {}))
          expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});
