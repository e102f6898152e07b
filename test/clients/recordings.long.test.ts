import { describe, expect, test } from 'vitest';
import { hasFixtures } from './fixtures.ts';
import { expectVerbatim, small, streams, written } from './recorded-streams.ts';

const large = streams.filter((name) => !small.includes(name));

describe.skipIf(!hasFixtures)('larger recordings', () => {
  describe.each(written)('$how', ({ fault }) => {
    test.each(large)('%s comes through byte for byte', async (name) => {
      await expectVerbatim(name, fault);
      expect.hasAssertions();
    });
  });
});
