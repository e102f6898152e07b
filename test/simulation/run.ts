import { writeFileSync } from 'node:fs';
import { renderPlot } from './plot.ts';
import { plotPath, runAll } from './run-all.ts';
import { tabulate } from './tabulate.ts';

const startedAt = performance.now();
const runs = await runAll();
console.log(tabulate(runs));
console.log(`\n${((performance.now() - startedAt) / 1000).toFixed(1)} s of this machine's time.`);
writeFileSync(plotPath, renderPlot(runs));
