import { describe, expect, test } from 'vitest';
import { hasFixtures } from '../clients/fixtures.ts';
import { expectHonestStreams, expectSame } from './expectations.ts';
import { faces } from './faces/faces.ts';
import { openGateway } from './open-gateway.ts';
import { recordedVendors } from './vendors/recorded.ts';

describe.skipIf(!hasFixtures)('recorded streams', () => {
  const recorded = hasFixtures ? recordedVendors() : [];

  test.each(recorded)('$name says the same however it is written', async ({ vendor }) => {
    await using opened = await openGateway();
    for (const face of faces) await expectSame({ opened, vendor, face }, 10);
    expect.hasAssertions();
  });

  test.each(recorded)('$name never looks whole with things wrong in it', async ({ vendor }) => {
    await using opened = await openGateway();
    for (const face of faces) await expectHonestStreams({ opened, vendor, face }, 30);
    expect.hasAssertions();
  });
});
