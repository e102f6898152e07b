import { expect, test } from 'vitest';
import { doors } from './doors.ts';
import { expectCivility } from './expectations.ts';
import { openGateway } from './open-gateway.ts';

// 4,000 bodies in each format.
test.each(doors)('whatever is sent to $name is answered, or refused in its own form', async (door) => {
  await using opened = await openGateway();
  await expectCivility(opened, door, door.share * 400);
  expect.hasAssertions();
});
