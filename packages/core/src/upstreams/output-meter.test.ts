import { expect, test } from 'vitest';
import { StreamTap } from '../dialects/openai-chat/tap-stream.ts';
import { OutputMeter } from './output-meter.ts';

const text = (said: string) => ({ type: 'text-delta', choice: 0, block: 0, text: said }) as const;
const event = (delta: object, more: object = {}): Buffer =>
  Buffer.from(
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`,
  );

test('a token a piece, or four bytes of it, and after what was told', () => {
  const meter = new OutputMeter();
  for (let piece = 0; piece < 10; piece++) meter.add(text('a'));
  expect(meter.estimate).toBe(10);
  meter.add(text('long '.repeat(100)));
  expect(meter.estimate).toBe(Math.ceil(510 / 4));
  meter.add({ type: 'usage', usage: { input: 5, output: 90 } });
  meter.add(text('a'));
  expect(meter.estimate).toBe(91);
  expect(meter.isBeyond).toBe(false);
});

test('a stream that passes is estimated by a sample of its last events', () => {
  const tap = new StreamTap({ wantsUsage: false, choices: 1 });
  expect(tap.estimateOutput()).toBe(0);
  tap.pass(event({ role: 'assistant', content: '' }));
  for (let piece = 0; piece < 500; piece++) tap.pass(event({ content: ' a' }));
  expect(tap.estimateOutput()).toBeGreaterThan(480);
  expect(tap.estimateOutput()).toBeLessThan(520);
  // Calls of tools and thoughts are written, too.
  const thinking = new StreamTap({ wantsUsage: false, choices: 1 });
  for (let piece = 0; piece < 100; piece++) thinking.pass(event({ reasoning_content: ' hm' }));
  expect(thinking.estimateOutput()).toBe(100);
  const calling = new StreamTap({ wantsUsage: false, choices: 1 });
  for (let piece = 0; piece < 100; piece++)
    calling.pass(event({ tool_calls: [{ index: 0, function: { arguments: '{"a' } }] }));
  expect(calling.estimateOutput()).toBe(100);
});

test('what a vendor tells on the way counts, and what came after it', () => {
  const tap = new StreamTap({ wantsUsage: true, choices: 1 });
  for (let piece = 1; piece <= 50; piece++)
    tap.pass(event({ content: ' a' }, { usage: { prompt_tokens: 3, completion_tokens: piece } }));
  expect(tap.estimateOutput()).toBe(50);
});

test('without a ceiling nothing is measured, with one it is kept to by more than a tenth', () => {
  const free = new StreamTap({ wantsUsage: true, choices: 1 });
  const held = new StreamTap({ wantsUsage: true, choices: 1, ceiling: 100 });
  for (let piece = 0; piece < 174; piece++)
    for (const tap of [free, held]) tap.pass(event({ content: ' a' }));
  expect(held.failure).toBeUndefined();
  held.pass(event({ content: ' a' }));
  expect(held.failure).toMatchObject({ code: 'VE_BUDGET_EXCEEDED', failure: { retry: 'never' } });
  expect(free.failure).toBeUndefined();
});
