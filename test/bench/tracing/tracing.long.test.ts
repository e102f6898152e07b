import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { PassFigures } from './measure-pass.ts';

/** Of a machine that others use, too: the bound to keep is looked at by `npm run bench -- --scenario=tracing`. */
const most = 1.25;

test('where one call in a hundred is recorded, traces cost little beside a call', async () => {
  const script = join(import.meta.dirname, 'run-pass.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@vector-engine/source',
    script,
  ]);
  const { untraced, ratio }: PassFigures = JSON.parse(stdout);
  console.info(`a call without traces: ${untraced.toFixed(0)} us; with them: ${ratio.toFixed(3)} of that`);
  expect(ratio).toBeLessThan(most);
});
