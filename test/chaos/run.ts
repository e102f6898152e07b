import { parseArgs } from 'node:util';
import { describe, missesOf } from './report.ts';
import { runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, requests: { type: 'string' }, concurrency: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const requests = Number(values.requests ?? 100_000);
const concurrency = Number(values.concurrency ?? 500);
console.log(`seed ${seed} (npm run chaos -- --seed=${seed} is the same trouble again)`);
const onProgress = (done: number): void => console.log(`${done} of ${requests}`);
const report = await runChaos({ seed, requests, concurrency, onProgress });
console.log(`\n${describe(report)}`);
const misses = missesOf(report);
console.log(misses.length === 0 ? '\nEverything holds.' : `\nDoes not hold: ${misses.join('; ')}`);
process.exit(misses.length === 0 ? 0 : 1);
