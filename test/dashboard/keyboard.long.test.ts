import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en as words } from '../../packages/dashboard/src/page/words/en/index.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { type DashboardHost, startDashboardHost } from './dashboard-host.ts';
import { openPage, settled, visit, type WatchedPage } from './watched-page.ts';

/* What each page is for, done without a mouse. */

/** More presses of the key than any page has places. */
const most = 200;

describe.skipIf(chromiumPath === undefined)('by keyboard alone', () => {
  let browser: Browser;
  let host: DashboardHost;
  let opened: WatchedPage;
  let page: Page;

  const focused = (): Promise<string> =>
    page.evaluate(`(({ activeElement: one }) => one === null ? '' :
      (one.getAttribute('aria-label') ?? (one.labels?.[0]?.innerText || one.innerText) ?? '').trim())(document)`);
  const isInDialog = (): Promise<boolean> =>
    page.evaluate(`document.activeElement?.closest('dialog[open]') !== null`);
  /** Presses the key until something of this name has the focus. */
  const goTo = async (name: string | RegExp): Promise<void> => {
    const seen: string[] = [];
    for (let count = 0; count < most; count++) {
      const here = await focused();
      if (typeof name === 'string' ? here === name : name.test(here)) return;
      seen.push(here);
      await page.keyboard.press('Tab');
    }
    throw new Error(`${name} cannot be reached: ${[...new Set(seen)].join(' | ')}`);
  };
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  const dialog = () => page.locator('dialog[open]').last();
  /** Around once and further: the focus does not leave it. */
  const isTrapped = async (): Promise<boolean> => {
    for (let count = 0; count < 40; count++) {
      await press('Tab');
      const isAway =
        !(await isInDialog()) && (await page.evaluate('document.activeElement !== document.body'));
      if (isAway) return false;
    }
    return true;
  };

  beforeAll(async () => {
    [browser, host] = await Promise.all([openChromium(), startDashboardHost({ jobTime: 600_000 })]);
    opened = await openPage(browser, host.page);
    page = opened.page;
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await host[Symbol.asyncDispose]();
  });

  test('the first key skips to the content, and the pages are links', async () => {
    await visit(page, host.page, 'overview');
    await press('Tab');
    expect(await focused()).toBe(words.shell.skip);
    await press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    await page.reload();
    await settled(page);
    await goTo(words.shell.pages.calls);
    await press('Enter');
    await page.waitForURL(/#\/calls/);
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
  });

  test('Overview: a name of a plot is pressed, and the filter is taken away', async () => {
    await visit(page, host.page, 'overview', 'span=month');
    await goTo(words.ui.onlyThis.replace('{name}', 'gpt-4o'));
    await press('Enter');
    await page.waitForURL(/model=gpt-4o/);
    await settled(page);
    await goTo(/^Remove the filter/);
    await press('Enter');
    await expect.poll(() => page.url()).not.toContain('model=');
  });

  test('Calls: a story is opened, holds the focus, and gives it back', async () => {
    await visit(page, host.page, 'calls', 'span=month');
    const first = page.locator('tbody a').first();
    const name = (await first.innerText()).trim();
    await goTo(name);
    await press('Enter');
    await dialog().waitFor();
    expect(await isTrapped()).toBe(true);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(focused).toBe(name);
  });

  test('Upstreams: one is drained, and closed again', async () => {
    await visit(page, host.page, 'upstreams');
    const label = words.upstreams.actLabels.drain.replace('{id}', 'moonshot/kimi-k2.5');
    await goTo(label);
    await press('Enter');
    await dialog().waitFor();
    expect(await isTrapped()).toBe(true);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(focused).toBe(label);
    await press('Enter');
    await goTo(words.upstreams.actNames.drain);
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await goTo(words.upstreams.actLabels.close.replace('{id}', 'moonshot/kimi-k2.5'));
  });

  test('Keys: one is made, and its secret is in reach', async () => {
    await visit(page, host.page, 'keys');
    await goTo(words.keys.create);
    await press('Enter');
    await dialog().waitFor();
    await goTo(words.keys.name);
    await page.keyboard.type('By keyboard');
    await press('Enter');
    await goTo(words.keys.shownLabel);
    expect(await dialog().getByLabel(words.keys.shownLabel).inputValue()).toMatch(/^sk-ve-/);
    expect(await isTrapped()).toBe(true);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect((await host.gateway.keys.list()).some(({ name }) => name === 'By keyboard')).toBe(true);
  });

  test('Jobs: one is cancelled', async () => {
    const headers = {
      authorization: `Bearer ${host.programs[3]?.key}`,
      'content-type': 'application/json',
      prefer: 'respond-async',
    };
    const body = JSON.stringify({ model: 'midjourney-v7', prompt: 'A lighthouse' });
    await host.gateway.fetch('http://gateway/v1/images/generations', { method: 'POST', headers, body });
    await visit(page, host.page, 'jobs');
    await goTo((await page.locator('tbody a').first().innerText()).trim());
    await press('Enter');
    await dialog().waitFor();
    await goTo(words.jobs.cancel);
    await press('Enter');
    await page.locator('dialog[open].middle').waitFor();
    await goTo(words.jobs.cancel);
    await press('Enter');
    await expect.poll(() => dialog().innerText()).toContain(words.jobs.states.cancelled);
    await press('Escape');
  });

  test('Playground: a chat is sent from where it is written', async () => {
    await visit(page, host.page, 'playground');
    await goTo(words.playground.model);
    await page.keyboard.type('gpt-4o');
    await press('Enter');
    await goTo(words.playground.user);
    await page.keyboard.type('Hello keyboard');
    await press('Control+Enter');
    const answer = page.locator('.bench-side').last();
    await expect.poll(() => answer.innerText(), { timeout: 15_000 }).toContain('You said: Hello keyboard');
  });

  test('nothing of all that has left a fault behind', () => {
    expect(opened.faults).toEqual([]);
  });
});
