import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds that is serious or critical: the rule, what is meant, and where. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger: what the policy of the page forbids is no matter to it.
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 5).map(({ target, failureSummary }) => id + ': ' + help + ' | ' + target.join(' ') + ' | ' + failureSummary)))`);
}
