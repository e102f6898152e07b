import { test } from 'vitest';
import { playRunaway, ways } from './runaway.ts';

test.each(ways)(
  '%s, asked at %s, writes on and on: it is broken off, and what came is paid',
  (_, path, kind) => playRunaway(path, kind),
);
