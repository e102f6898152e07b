import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WholeEvents } from '../../stream/whole-events.ts';
import { StreamTap } from './tap-stream.ts';

const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const counted = { inputTokens: 9, outputTokens: 4, cachedInputTokens: 0, reasoningTokens: 0 };

const event = (chunk: unknown): string => `data: ${JSON.stringify(chunk)}\n\n`;
const content = (text: string): string =>
  event({ choices: [{ index: 0, delta: { content: text } }], usage: null });
const finish = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usageChunk = event({ choices: [], usage });
const done = 'data: [DONE]\n\n';

/** Passes a stream in pieces of the given lengths, as the relay does. */
function tapped(text: string, wantsUsage: boolean, lengths: readonly number[] = []) {
  const tap = new StreamTap({ wantsUsage, choices: 1 });
  const events = new WholeEvents(1_000_000);
  const bytes = Buffer.from(text);
  const passed: Buffer[] = [];
  let at = 0;
  for (const length of [...lengths, bytes.length]) {
    const whole = events.take(bytes.subarray(at, at + length));
    if (whole.length > 0) passed.push(Buffer.from(tap.pass(whole)));
    at += length;
  }
  passed.push(Buffer.from(tap.pass(events.rest())));
  return { tap, text: Buffer.concat(passed).toString() };
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '"usage":{"prompt_tokens":1}',
    'data: [DONE]\n\n',
    '"choices":[],"usage":{',
    '\r\n\r\n',
    '\\"usage": {',
  ),
);

describe('StreamTap', () => {
  test('takes out the usage chunk nobody asked for, and not a byte else, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(hostile), fc.array(fc.nat(30)), fc.boolean(), (texts, lengths, spaced) => {
        const chunk = spaced ? `data: {"choices": [], "usage": ${JSON.stringify(usage)}}\n\n` : usageChunk;
        const before = texts.map(content).join('') + finish;
        const { tap, text } = tapped(before + chunk + done, false, lengths);
        expect(text).toBe(before + done);
        expect(tap.usage).toEqual(counted);
        expect(tap.isComplete()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves everything to a caller that asked for usage', () => {
    const stream = content('a') + finish + usageChunk + done;
    fc.assert(
      fc.property(fc.array(fc.nat(30)), (lengths) => {
        const { tap, text } = tapped(stream, true, lengths);
        expect(text).toBe(stream);
        expect(tap.usage).toEqual(counted);
      }),
    );
  });

  test('takes it out of a stream with CR LF line ends, too', () => {
    const stream = (content('a') + finish + usageChunk + done).replaceAll('\n', '\r\n');
    expect(tapped(stream, false).text).toBe((content('a') + finish + done).replaceAll('\n', '\r\n'));
  });

  test('keeps usage that comes along with choices: the caller would miss the rest of the chunk', () => {
    const last = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage });
    const { tap, text } = tapped(content('a') + last + done, false);
    expect(text).toBe(content('a') + last + done);
    expect(tap.usage).toEqual(counted);
  });

  test('keeps the last of several counts, and takes every chunk of nothing else out', () => {
    const earlier = event({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 1 } });
    const { tap, text } = tapped(content('a') + earlier + content('b') + usageChunk + done, false);
    expect(text).toBe(content('a') + content('b') + done);
    expect(tap.usage).toEqual(counted);
  });

  test.each([
    ['Groq', { choices: [{ delta: {}, finish_reason: 'stop' }], x_groq: { id: 'req', usage } }],
    ['Moonshot', { choices: [{ delta: {}, finish_reason: 'stop', usage }] }],
  ])("reads %s's usage where it is, and leaves it there", (_vendor, chunk) => {
    const { tap, text } = tapped(event(chunk) + done, false);
    expect(text).toBe(event(chunk) + done);
    expect(tap.usage).toEqual(counted);
  });

  test('an event that is no JSON, or no chunk, passes', () => {
    const stream = 'data: {"usage":{ broken\n\ndata: "\\"usage\\":{"\n\n: "usage":{\n\n';
    expect(tapped(stream, false)).toMatchObject({ text: stream, tap: { usage: undefined } });
  });

  test.each([
    ['[DONE]', done, true],
    ['[DONE] without a space', 'data:[DONE]\n\n', true],
    ['a finish reason', finish, true],
    ['a finish reason, then usage', finish + usageChunk, true],
    ['an error', event({ error: { message: 'overloaded' } }), true],
    ['content', content('a'), false],
    ['content that says so', content('data: [DONE]\n\n"finish_reason":"stop" "error":{'), false],
    ['a comment', ': ping\n\n', false],
    ['a finish reason of null', event({ choices: [{ delta: {}, finish_reason: null }], error: null }), false],
  ])('a stream that ends with %s: complete is %s', (_what, end, complete) => {
    expect(tapped(content('x'.repeat(50)) + end, false).tap.isComplete()).toBe(complete);
  });

  test('a stream of two choices is complete when both have finished', () => {
    const other = event({ choices: [{ index: 1, delta: { content: 'and then' } }] });
    const tap = new StreamTap({ wantsUsage: false, choices: 2 });
    tap.pass(Buffer.from(other + finish));
    expect(tap.isComplete()).toBe(false);
    tap.pass(Buffer.from(other));
    expect(tap.isComplete()).toBe(false);
    tap.pass(Buffer.from(event({ choices: [{ index: 1, delta: {}, finish_reason: 'length' }] })));
    expect(tap.isComplete()).toBe(true);
  });

  test.each([
    ['data: [DONE]', true],
    ['data: {"choices":[]}', true],
    ['data: {"choices":[', false],
    [': ping', false],
    ['data: ', false],
  ])('%j, broken off there, is an event: %s', (bytes, expected) => {
    expect(new StreamTap({ wantsUsage: false, choices: 1 }).isEvent(Buffer.from(bytes))).toBe(expected);
  });
});

/** How many pieces pass until it is reached; a token each, in network chunks of some pieces. */
const passedUntilFailure = (ceiling: number, chunks: readonly number[], texts: readonly string[]): number => {
  const tap = new StreamTap({ wantsUsage: true, choices: 1, ceiling });
  let pieces = 0;
  for (let turn = 0; pieces < 3 * ceiling + 1000; turn++) {
    const size = chunks[turn % chunks.length] ?? 1;
    const said = Array.from({ length: size }, (_, index) =>
      content(texts[(pieces + index) % texts.length] ?? ''),
    );
    tap.pass(Buffer.from(said.join('')));
    pieces += size;
    if (tap.failure !== undefined) return pieces;
  }
  return Number.POSITIVE_INFINITY;
};

describe('a ceiling', () => {
  const words = fc.array(fc.constantFrom(' a', ' word', ' 好', '\\n', ' longer', '🙂'), {
    minLength: 1,
    maxLength: 9,
  });
  test('is never reached by what is allowed, and not passed by much, however the stream is cut and whatever it says', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 6000 }), chunks, words, (ceiling, sizes, texts) => {
        const pieces = passedUntilFailure(ceiling, sizes, texts);
        expect(pieces).toBeGreaterThan(ceiling);
        expect(pieces).toBeLessThan(ceiling * 1.2 + 64 + 2 * 30);
      }),
      { numRuns: 300 },
    );
  });

  test.each([2, 4, 8])('is kept where only one piece of %i says something', (turns) => {
    for (let first = 0; first < turns; first++) {
      const tap = new StreamTap({ wantsUsage: true, choices: 1, ceiling: 2000 });
      let said = 0;
      for (let turn = 0; tap.failure === undefined && said < 4000; turn++) {
        const says = turn % turns === first;
        if (says) said++;
        tap.pass(Buffer.from(says ? content(' word') : `: ${'still there '.repeat(6)}\n\n`));
      }
      expect(said).toBeGreaterThan(2000);
      expect(said).toBeLessThan(2600);
    }
  });

  test('is reached by pieces that say much, too', () => {
    const tap = new StreamTap({ wantsUsage: true, choices: 1, ceiling: 100 });
    tap.pass(Buffer.from(content('word '.repeat(200))));
    expect(tap.failure).toBeUndefined();
    tap.pass(Buffer.from(content('word '.repeat(200))));
    expect(tap.failure).toBeDefined();
  });
});
