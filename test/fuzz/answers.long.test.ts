import { describe, expect, test } from 'vitest';
import { expectHonestAnswers } from './expectations.ts';
import { faces } from './faces/faces.ts';
import { openGateway } from './open-gateway.ts';
import { vendors } from './vendors/vendors.ts';

const whole = faces.filter(({ name }) => name !== 'gemini, as an array');

describe.each(vendors)('answers of $dialect', (vendor) => {
  test.each(whole)('with things wrong in them never look whole to a caller of $name', async (face) => {
    await using opened = await openGateway();
    await expectHonestAnswers({ opened, vendor, face }, 500);
    expect.hasAssertions();
  });
});
