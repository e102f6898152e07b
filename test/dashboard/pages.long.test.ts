import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../packages/dashboard/src/page/words/en/index.ts';
import { zh } from '../../packages/dashboard/src/page/words/zh/index.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { type DashboardHost, startDashboardHost } from './dashboard-host.ts';
import { accessibilityFaults } from './find-accessibility-faults.ts';
import { brokenLayout, takePicture } from './look-at-page.ts';
import { type Look, openPage, pageNames, visit } from './watched-page.ts';

/* Every page as people see it: in both languages, dark and light, on a desk and on a phone. */

const titles = { en, zh };

const looks: readonly Required<Look>[] = (['en', 'zh'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    [1280, 320].map((width) => ({ language, theme, width, height: 800 })),
  ),
);

describe.skipIf(chromiumPath === undefined)('the pages', () => {
  let browser: Browser;
  let host: DashboardHost;

  beforeAll(async () => {
    [browser, host] = await Promise.all([openChromium(), startDashboardHost({ jobTime: 600_000 })]);
    const { key } = host.programs[3] ?? { key: '' };
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      model: 'sora-2-turbo',
      prompt: 'A lighthouse',
      seconds: '8',
      size: '1280x720',
    });
    await host.gateway.fetch('http://gateway/v1/videos', { method: 'POST', headers, body });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await host[Symbol.asyncDispose]();
  });

  test.each(looks)('$language, $theme, $width px: all there, nothing broken, no fault', async (look) => {
    await using opened = await openPage(browser, host.page, look);
    const { page, faults } = opened;
    const broken: string[] = [];
    for (const name of pageNames) {
      await visit(page, host.page, name);
      expect(await page.locator('main h1').innerText()).toBe(titles[look.language].shell.pages[name]);
      expect(await page.locator('html').getAttribute('lang')).toBe(look.language === 'en' ? 'en' : 'zh-Hans');
      for (const fault of await brokenLayout(page)) broken.push(`${name}: ${fault}`);
      const { mean, drawn } = await takePicture(browser, page);
      expect(look.theme === 'light' ? mean > 190 : mean < 70, `${name} has the brightness ${mean}`).toBe(
        true,
      );
      expect(drawn, `${name} is nearly empty`).toBeGreaterThan(0.04);
      // Both themes and both widths: the words are no matter to it.
      if (look.language === 'zh' || (look.theme === 'light') !== (look.width === 1280)) continue;
      for (const fault of await accessibilityFaults(page)) broken.push(`${name}: ${fault}`);
    }
    expect(broken).toEqual([]);
    expect(faults).toEqual([]);
  });
});
