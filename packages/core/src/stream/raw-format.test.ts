import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RawFormat } from './raw-format.ts';

const key = 'sk-0123456789';
const formatOf = (): RawFormat =>
  new RawFormat(
    (bytes) => Buffer.from(bytes.toString('latin1').replaceAll(key, '[redacted]'), 'latin1'),
    key.length,
  );

describe('bytes that pass', () => {
  test('have no key in them, however they are cut', () => {
    const words = fc.array(fc.constantFrom(key, 'sk-', '\n\n', '\r\n', 'data: x', 'y'), { maxLength: 12 });
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(words, sizes, (said, cuts) => {
        const format = formatOf();
        const whole = Buffer.from(said.join(''));
        const passed: Buffer[] = [];
        for (let at = 0; at < whole.length; ) {
          const size = Number(cuts.next().value);
          passed.push(format.take(whole.subarray(at, at + size)));
          at += size;
        }
        const told = Buffer.concat([...passed, format.end()]).toString();
        expect(told).toBe(whole.toString().replaceAll(key, '[redacted]'));
      }),
    );
  });

  test.each(['\n\n', '\r\n\r\n', '\r\r'])('are all there at the end of an event: %j', (end) => {
    const format = formatOf();
    const [first, second] = [`data: one${end}`, `data: two${end}`];
    expect(format.take(Buffer.from(first)).toString()).toBe(first);
    const begun = format.take(Buffer.from(second.slice(0, 8))).toString();
    expect(begun.length).toBeLessThan(8);
    expect(begun + format.take(Buffer.from(second.slice(8))).toString()).toBe(second);
    expect(format.end()).toHaveLength(0);
  });
});
