import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRequestId } from '../../observe/make-request-id.ts';
import { bytesOfId, readId, writeId } from './id-bytes.ts';

const places = 3;
const room = (): Uint8Array => new Uint8Array(places * bytesOfId);

test('an id that the gateway makes comes back as it was, wherever it is written', () => {
  fc.assert(
    fc.property(fc.nat(4e12), fc.nat(places - 1), (time, place) => {
      const id = makeRequestId(time);
      const all = room();
      expect(writeId(id, all, place * bytesOfId)).toBe(true);
      expect(readId(all, place * bytesOfId)).toBe(id);
    }),
  );
});

test('no other name is taken for one', () => {
  const digit = fc.constantFrom(...'0123456789abcdefABCDEFgé\u0130 _'.split(''));
  const name = fc
    .tuple(
      fc.constantFrom('req_', 'req-', 'REQ_', ''),
      fc.string({ unit: digit, minLength: 30, maxLength: 36 }),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(name, (id) => {
      const all = room();
      const isWritten = writeId(id, all, 0);
      expect(isWritten).toBe(/^req_[\da-f]{32}$/.test(id));
      expect(!isWritten || readId(all, 0) === id).toBe(true);
    }),
    { examples: [[`req_${'0'.repeat(32)}`], [`req_${'f'.repeat(31)}F`], [`req_${'f'.repeat(31)}\u0166`]] },
  );
});
