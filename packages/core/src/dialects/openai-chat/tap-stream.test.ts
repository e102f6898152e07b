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
