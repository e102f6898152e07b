import { expect, test } from 'vitest';
import { playRunaway, ways } from './runaway.ts';

test.each(ways)(
  '%s, asked at %s, writes on and on: it is broken off, and what came is paid',
  async (_, path, kind) => {
    expect(await playRunaway(path, kind)).toMatchObject({ status: 200, errors: 1, held: 0 });
  },
);
