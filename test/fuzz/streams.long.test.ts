import { describe, expect, test } from 'vitest';
import { expectHonestStreams, expectSame } from './expectations.ts';
import { faces } from './faces/faces.ts';
import { openGateway } from './open-gateway.ts';
import { vendors } from './vendors/vendors.ts';

// 4,000 streams in each format, a fifth of them for each way to call.
describe.each(vendors)('streams of $dialect', (vendor) => {
  test.each(faces)('that are written oddly say the same to a caller of $name', async (face) => {
    await using opened = await openGateway();
    await expectSame({ opened, vendor, face }, 200);
    expect.hasAssertions();
  });

  test.each(faces)('with things wrong in them never look whole to a caller of $name', async (face) => {
    await using opened = await openGateway();
    await expectHonestStreams({ opened, vendor, face }, 600);
    expect.hasAssertions();
  });
});
