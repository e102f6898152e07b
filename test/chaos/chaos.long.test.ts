import { expect, test } from 'vitest';
import { missesOf, describe as tell } from './report.ts';
import { runChaos } from './run-chaos.ts';

/* `npm run chaos` is the whole of it: 100,000 calls, 500 at once. */
test('callers notice next to nothing of three upstreams in trouble', async () => {
  const report = await runChaos({ seed: 1, requests: 6000, concurrency: 160 });
  console.info(tell(report));
  expect(missesOf(report)).toEqual([]);
});
