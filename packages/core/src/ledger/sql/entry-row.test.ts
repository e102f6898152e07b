import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ledgerEntry } from '../../../test/ledger-world.ts';
import type { LedgerEntry } from '../../protocol/ledger.ts';
import type { BulkValue } from './engine.ts';
import { type Incoming, RowWriter } from './entry-row.ts';

/** What nearly all calls have, in few ways. */
const usual: fc.Arbitrary<Partial<LedgerEntry>> = fc.record({
  upstreamKey: fc.constantFrom('#1', '#2', undefined),
  attempts: fc.constantFrom(1, 2),
  priceSource: fc.constantFrom('options', 'catalogue', undefined),
  firstByteMilliseconds: fc.constantFrom(0, -0, 1, 2.5, Number.NaN, undefined),
  stream: fc.boolean(),
});

/** What hardly any has, one at a time. */
const rare: readonly Partial<LedgerEntry>[] = [
  { requestId: 'r' },
  { cacheWriteTokens: 0 },
  { units: { image: 1 } },
  { cache: 'hit' },
  { redacted: { email: 1 } },
  { notes: { guard: 'said' } },
  { steps: [] },
  { isEstimated: true },
  { tags: ['tag'] },
  { dropped: ['seed'] },
  { adjusted: ['max_tokens'] },
  { traceless: true },
  { error: '' },
  { id: 'odd\u0000' },
];
const named = [
  {},
  {},
  {},
  { caller: { odd: { tenant: '' }, is: 1 } },
  { subject: { odd: { model: '' }, is: 2 } },
];

const incoming: fc.Arbitrary<Incoming> = fc
  .tuple(usual, fc.option(fc.constantFrom(...rare), { nil: {}, freq: 2 }), fc.constantFrom(...named))
  .map(([fields, one, names]) => ({
    id: 'req_1',
    entry: ledgerEntry({ id: 'req_1', ...fields, ...one }),
    caller: { odd: undefined, is: 1 },
    subject: { odd: undefined, is: 2 },
    ...names,
  }));

const numberings = { callers: new Map(), subjects: new Map() };

function rowOf(writer: RowWriter, one: Incoming): BulkValue[] {
  const values: BulkValue[] = [];
  writer.write(values, one, numberings);
  return values;
}

test('a row is the same whatever was written before', () => {
  fc.assert(
    fc.property(fc.array(incoming, { minLength: 2, maxLength: 40 }), (all) => {
      const used = new RowWriter();
      for (const one of [...all, ...all]) expect(rowOf(used, one)).toEqual(rowOf(new RowWriter(), one));
    }),
    { numRuns: 300 },
  );
});
