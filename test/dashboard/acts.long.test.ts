import OpenAI, { AuthenticationError } from 'openai';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../packages/dashboard/src/page/words/en/index.ts';
import { zh } from '../../packages/dashboard/src/page/words/zh/index.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { type DashboardHost, startDashboardHost } from './dashboard-host.ts';
import { accessibilityFaults } from './find-accessibility-faults.ts';
import { brokenLayout, takePicture } from './look-at-page.ts';
import { type Look, openPage, settled, visit, type WatchedPage } from './watched-page.ts';

/* What each page is for, done as people do it: with a pointer, in their language, on a desk and on a phone. */

const looks: readonly (Required<Look> & { readonly name: string })[] = [
  { name: 'on a desk, in English, light', language: 'en', theme: 'light', width: 1280, height: 900 },
  { name: 'on a phone, in Chinese, dark', language: 'zh', theme: 'dark', width: 390, height: 844 },
];

const without = (text: string): string => text.replace(/\{.*$/, '');

describe.skipIf(chromiumPath === undefined).each(looks)('$name', (look) => {
  const words = look.language === 'en' ? en : zh;
  let browser: Browser;
  let host: DashboardHost;
  let opened: WatchedPage;
  let page: Page;

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.locator('dialog[open]').last();
  // Its first button, at its head, closes it.
  const inDialog = (name: string) => dialog().locator('footer').getByRole('button', { name, exact: true });
  const looksWhole = async (): Promise<void> => {
    expect(await brokenLayout(page)).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    const { drawn } = await takePicture(browser, page);
    expect(drawn, 'what is shown is nearly empty').toBeGreaterThan(0.04);
  };
  const chat = async (headers: Record<string, string>, model = 'gpt-5.2'): Promise<Response> =>
    host.gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });

  beforeAll(async () => {
    [browser, host] = await Promise.all([openChromium(), startDashboardHost({ jobTime: 600_000 })]);
    opened = await openPage(browser, host.page, look);
    page = opened.page;
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await host[Symbol.asyncDispose]();
  });

  test('Overview: a click on a name shows its figures alone, and a filter can be taken away', async () => {
    await visit(page, host.page, 'overview', 'span=month');
    const all = await page.locator('.stat, .tile').first().innerText();
    await page.locator('.legend button').filter({ hasText: 'gpt-4o' }).first().click();
    await page.waitForURL(/model=gpt-4o/);
    await settled(page);
    expect(await page.locator('.stat, .tile').first().innerText()).not.toBe(all);
    await looksWhole();
    await page
      .getByRole('button', { name: without(words.filter.remove), exact: false })
      .first()
      .click();
    await page.waitForURL((url) => !url.hash.includes('model='));
    await settled(page);
    expect(await page.locator('.stat, .tile').first().innerText()).toBe(all);
  });

  test('Overview: a call is there as soon as it is over, without a word', async () => {
    await visit(page, host.page, 'overview', 'span=hour');
    await page.locator('.live-sign, [class*="live"]').first().waitFor();
    const figure = page.locator('.stat, .tile').first();
    const before = await figure.innerText();
    for (let count = 0; count < 3; count++) expect((await chat({})).status).toBe(200);
    await expect.poll(() => figure.innerText(), { timeout: 10_000 }).not.toBe(before);
  });

  test('Calls: filtered, one told as a story, and all of them as CSV', async () => {
    expect((await chat({}, 'no-such-model')).status).toBe(404);
    await visit(page, host.page, 'calls');
    await button('4xx').click();
    await page.waitForURL(/status=4/);
    const row = page.locator('tbody tr').filter({ hasText: 'no-such-model' });
    await row.waitFor();
    await row.getByRole('link').first().click();
    await dialog().waitFor();
    await expect.poll(() => dialog().innerText()).toContain('VE_MODEL_NOT_FOUND');
    await looksWhole();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: words.calls.exportCsv }).click();
    const file = await (await downloading).createReadStream();
    const lines = Buffer.concat(await file.toArray())
      .toString()
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.slice(1).filter((line) => !/,4\d\d,/.test(line))).toEqual([]);
    expect(lines.some((line) => line.includes('no-such-model'))).toBe(true);
  });

  test('Upstreams: one is drained by hand, takes nothing, and is closed again', async () => {
    const target = 'moonshot/kimi-k2.5';
    const act = (kind: 'drain' | 'close') =>
      page.getByRole('button', { name: words.upstreams.actLabels[kind].replace('{id}', target) });
    await visit(page, host.page, 'upstreams');
    await act('drain').click();
    await dialog().waitFor();
    await looksWhole();
    await inDialog(words.upstreams.actNames.drain).click();
    await act('close').waitFor();
    expect((await chat({}, 'kimi-k2.5')).status).toBe(503);
    await act('close').click();
    await inDialog(words.upstreams.actNames.close).click();
    await act('drain').waitFor();
    expect((await chat({}, 'kimi-k2.5')).status).toBe(200);
  });

  test('Keys: one is made, shown once, good for the OpenAI SDK, and disabled', async () => {
    const name = `Laptop of ${look.language}`;
    await visit(page, host.page, 'keys');
    await button(words.keys.create).first().click();
    await dialog().getByLabel(words.keys.name, { exact: true }).fill(name);
    await dialog().getByLabel(words.keys.path, { exact: true }).fill('acme/research');
    await looksWhole();
    await inDialog(words.keys.create).click();
    const secret = dialog().getByLabel(words.keys.shownLabel, { exact: true });
    await secret.waitFor();
    const apiKey = await secret.inputValue();
    expect(apiKey).toMatch(/^sk-ve-/);
    await looksWhole();
    const client = new OpenAI({ apiKey, baseURL: `${host.origin}/v1`, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const answer = await client.chat.completions.create({ model: 'gpt-5.2', messages });
    expect(answer.choices[0]?.message.content).toContain('Hello');
    await inDialog(words.keys.shownDone).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(apiKey);
    await page.locator('tbody tr').filter({ hasText: name }).getByRole('link').first().click();
    await inDialog(words.keys.disable).click();
    await page.locator('dialog[open].middle').filter({ hasText: words.keys.disableText }).waitFor();
    await inDialog(words.keys.disable).click();
    await inDialog(words.keys.enable).waitFor();
    const refused = client.chat.completions.create({ model: 'gpt-5.2', messages });
    await expect(refused).rejects.toBeInstanceOf(AuthenticationError);
    await page.keyboard.press('Escape');
  });

  test('Budgets: a credit is topped up', async () => {
    await visit(page, host.page, 'keys');
    await page.locator('section.card').getByRole('button', { name: words.keys.topUp }).first().click();
    await dialog().getByLabel(words.keys.amount, { exact: true }).fill('25');
    await looksWhole();
    await inDialog(words.keys.topUp).click();
    await dialog().waitFor({ state: 'detached' });
    const credit = (await host.gateway.budgets.read('globex')).find(({ window }) => window === 'credit');
    expect(credit?.left).toBe(25);
  });

  test('Jobs: one in work is cancelled, and says so', async () => {
    const headers = {
      authorization: `Bearer ${host.programs[3]?.key}`,
      'content-type': 'application/json',
      prefer: 'respond-async',
    };
    const body = JSON.stringify({ model: 'midjourney-v7', prompt: 'A lighthouse' });
    const url = 'http://gateway/v1/images/generations';
    const made = await host.gateway.fetch(url, { method: 'POST', headers, body });
    expect(made.status).toBeLessThan(300);
    await visit(page, host.page, 'jobs');
    await page.locator('tbody tr').filter({ hasText: 'midjourney-v7' }).getByRole('link').first().click();
    await inDialog(words.jobs.cancel).click();
    await looksWhole();
    await page.locator('dialog[open].middle').filter({ hasText: words.jobs.cancelText }).waitFor();
    await inDialog(words.jobs.cancel).click();
    await expect.poll(() => dialog().innerText()).toContain(words.jobs.states.cancelled);
    await page.keyboard.press('Escape');
  });

  test('Playground: a chat streams, with its cost, what the gateway did, and the code for it', async () => {
    await visit(page, host.page, 'playground');
    await page.getByRole('combobox', { name: words.playground.model }).fill('gpt-5.2');
    await page.keyboard.press('Escape');
    await page.getByLabel(words.playground.user, { exact: true }).fill('Tell me of <b>lighthouses</b>');
    await button(words.playground.send).click();
    const answer = page.locator('.bench-side').last();
    await expect
      .poll(() => answer.innerText(), { timeout: 15_000 })
      .toContain('You said: Tell me of <b>lighthouses</b>');
    await expect.poll(() => answer.innerText(), { timeout: 15_000 }).toMatch(/\$0\.0+\d/);
    await expect.poll(() => answer.innerText()).toContain('openai/gpt-5.2');
    await looksWhole();
    for (const language of ['Python', 'Go']) {
      await page.locator('.code-view .segments').getByRole('button', { name: language }).click();
      expect(await page.locator('.code-view pre').innerText()).toContain('lighthouses');
    }
  });

  test('nothing of all that has left a fault behind', () => {
    const expected = /^(?:404 from .*\/favicon\.ico)$/;
    expect(opened.faults.filter((fault) => !expected.test(fault))).toEqual([]);
  });
});
