import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateInput } from './estimate-input.ts';
import { weighBody } from './weigh-body.ts';

const picture = (bytes: number): string => Buffer.alloc(bytes, 'no 1 picture').toString('base64');
const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test('files in base64 are told from text, however many and wherever', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.integer({ min: 6000, max: 40_000 }), fc.string({ unit: 'grapheme', maxLength: 3000 })),
      ),
      (items) => {
        const pictures = items.filter((item) => typeof item === 'number');
        const content = items.map((item) =>
          typeof item === 'number'
            ? { type: 'image_url', image_url: { url: `data:image/png;base64,${picture(item)}` } }
            : { type: 'text', text: item },
        );
        const { text, files } = weighBody(bodyOf({ messages: [{ content }] }));
        expect(files).toHaveLength(pictures.length);
        const words = bodyOf(items.filter((item) => typeof item === 'string')).length;
        expect(text).toBeLessThan(words + 80 * items.length + 200);
        expect(text).toBeGreaterThanOrEqual(words - items.length);
      },
    ),
  );
});

test('text is text: words, code, numbers, and languages without spaces', () => {
  for (const text of [
    'The quick brown fox. ',
    'const a = b[0] + f(x);\n',
    '1234.5, ',
    '这是一个没有空格的句子',
  ]) {
    const body = bodyOf({ messages: [{ role: 'user', content: text.repeat(5000) }] });
    expect(weighBody(body)).toEqual({ text: body.length, files: [] });
    expect(estimateInput(body)).toBe(Math.ceil(body.length / 4));
  }
});

test('a picture is as many tokens as a picture has', () => {
  const body = bodyOf({ a: picture(3_000_000), b: 'Hello' });
  expect(estimateInput(body)).toBeLessThan(1700);
  expect(estimateInput(Buffer.from('{}'))).toBe(1);
});

test('megabytes of anything are weighed at once', () => {
  const bodies = [
    Buffer.concat([Buffer.alloc(1_000_000, 'a" '), Buffer.alloc(1_000_000, 'a')]),
    Buffer.alloc(2_000_000, `${'a'.repeat(100)}"`),
    Buffer.from(`"${'a'.repeat(5_000_000)}${' '.repeat(1000)}"`),
    Buffer.from(`"${'a'.repeat(5_000_000)}`),
  ];
  // The best of some: what another process made slow is not slow.
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = performance.now();
    for (const body of bodies) weighBody(body);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});
