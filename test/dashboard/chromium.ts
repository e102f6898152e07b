import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** Undefined where there is none: the tests are skipped then, which the report shows. In CI there is one: `ensure-chromium.ts`. */
export const chromiumPath: string | undefined = findChromium();

function findChromium(): string | undefined {
  for (const name of ['chromium', 'chromium-browser']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  return undefined;
}

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Debian's own browser, with a new profile that is gone with it. */
export function openChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('there is no Chromium: apt-get install chromium');
  return chromium.launch({ executablePath: chromiumPath, args: quiet });
}
