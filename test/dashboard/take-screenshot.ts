/** `npm run screenshot`: the picture of the README, of the example as it runs with traffic. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlite } from '@vector-engine/express';
import { buildApp } from '../../examples/express/app.ts';
import { openServer } from '../../examples/open-server.ts';
import { budgets } from '../../examples/traffic/cast.ts';
import { seeded } from '../../examples/traffic/chance.ts';
import { answerPrograms } from '../../examples/traffic/make-trouble.ts';
import { play } from '../../examples/traffic/play.ts';
import { startUpstreams } from '../../examples/upstreams.ts';
import { openChromium } from './chromium.ts';
import { openPage, visit } from './watched-page.ts';

const picture = new URL('../../docs/dashboard.png', import.meta.url);
/** Milliseconds of live traffic before the picture is taken. */
const warmth = 8000;

const folder = await mkdtemp(join(tmpdir(), 'screenshot-'));
const ledger = sqlite(join(folder, 'ledger.sqlite'));
const random = seeded(11);
const upstreams = await startUpstreams({}, { answer: answerPrograms(random), jobTime: 20_000, spare: true });
const secret = 'of a picture that nobody has to keep';
const { app, gateway } = buildApp(upstreams, { ledger, secret, budgets });
const server = await openServer(app, gateway);
const traffic = await play({ gateway, ledger, upstreams, random, rate: 10 });
const browser = await openChromium();
try {
  const home = `${server.origin}/gateway/`;
  const { page, faults } = await openPage(browser, home, { width: 1280, height: 900 });
  await new Promise((resolve) => setTimeout(resolve, warmth));
  await visit(page, home, 'overview', 'span=week');
  await page.waitForTimeout(1500);
  // Without the names of languages, for which this machine may have no letters.
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 1280, height: 800 } });
  await writeFile(picture, png);
  console.log(`docs/dashboard.png: ${(png.byteLength / 1024).toFixed(0)} kB`);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0 || png.byteLength > 300_000) process.exitCode = 1;
} finally {
  await browser.close();
  await traffic.stop();
  await gateway.close({ grace: 0 });
  await server[Symbol.asyncDispose]();
  await ledger.close();
  await upstreams[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}
