import { describe, expect, test } from 'vitest';
import { doors } from './doors.ts';
import { expectCivility, expectHonestAnswers, expectHonestStreams, expectSame } from './expectations.ts';
import { faces } from './faces/faces.ts';
import { openGateway } from './open-gateway.ts';
import { vendors } from './vendors/vendors.ts';

// A taste of what the long tests try by the ten thousand.
describe.each(vendors)('upstreams that speak $dialect', (vendor) => {
  test('streams that are written oddly say the same', async () => {
    await using opened = await openGateway();
    for (const face of faces) await expectSame({ opened, vendor, face }, 4);
    expect.hasAssertions();
  });

  test('streams and answers with things wrong in them never look whole', async () => {
    await using opened = await openGateway();
    for (const face of faces) await expectHonestStreams({ opened, vendor, face }, 12);
    for (const face of faces.slice(0, 4)) await expectHonestAnswers({ opened, vendor, face }, 6);
    expect.hasAssertions();
  });
});

test.each(doors)('whatever is sent to $name is answered, or refused in its own form', async (door) => {
  await using opened = await openGateway();
  await expectCivility(opened, door, 20);
  expect.hasAssertions();
});
