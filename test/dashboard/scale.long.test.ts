import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createGateway, openai, sqlite } from '@vector-engine/core';
import { dashboard } from '@vector-engine/dashboard';
import { simulatedOpenAI } from '@vector-engine/testing';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer } from '../../examples/open-server.ts';
import { monthOfEntries } from '../ledger/month-of-entries.ts';
import { multiplyRows } from '../ledger/multiply-rows.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { openPage, type PageName, pageNames, visit } from './watched-page.ts';

/* The page over a million calls, and while two hundred a second come in. */

const rows = 1_000_000;
const written = 20_000;
const day = 86_400_000;

/** Milliseconds: what is promised of questions and pages. What it took is printed. */
const bounds = { request: 200, interactive: 1000, task: 200 } as const;

/**
 * How many times as long as on a machine of one's own things take here now: while a loop has had so much of a processor, so
 * much time has gone by.
 */
function slowdown(): number {
  const begun = performance.now();
  const before = process.cpuUsage();
  let used = 0;
  while (used < 40_000) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
  return Math.max(1, ((performance.now() - begun) * 1000) / used);
}

/** Milliseconds from the first line of each question to the last byte of its answer, as the browser has seen it. */
async function requestTimes(page: Page): Promise<{ readonly url: string; readonly milliseconds: number }[]> {
  return page.evaluate(`performance.getEntriesByType('resource')
    .filter(({ initiatorType, name }) => initiatorType === 'fetch' && !name.endsWith('/admin/live'))
    .map(({ name, requestStart, startTime, responseEnd }) => ({ url: name, milliseconds: responseEnd - (requestStart || startTime) }))`);
}

/** 200 calls a second for some seconds; times in milliseconds. */
async function callSteadily(
  call: () => Promise<number>,
  meanwhile: (made: number) => unknown,
): Promise<{ readonly times: readonly number[]; readonly rate: number }> {
  const seconds = 5;
  const times: number[] = [];
  const underWay: Promise<unknown>[] = [];
  const begun = performance.now();
  let made = 0;
  while (performance.now() - begun < seconds * 1000) {
    const due = ((performance.now() - begun) / 1000) * 200;
    for (; made < due; made++) underWay.push(call().then((time) => times.push(time)));
    await meanwhile(made);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(underWay);
  return { times, rate: made / seconds };
}

const quantile = (list: readonly number[], part: number): number =>
  list.toSorted((one, other) => one - other)[Math.floor(list.length * part)] ?? 0;

describe.skipIf(chromiumPath === undefined)('a million calls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-scale-'));
  const path = join(folder, 'gateway.db');
  let browser: Browser;
  let close: () => Promise<void>;
  let home: string;
  let call: () => Promise<number>;

  beforeAll(async () => {
    const now = Date.now();
    const span = { from: now - 30 * day, to: now - 60_000 };
    const first = sqlite(path);
    for (const entries of monthOfEntries({ rows: written, batch: 500, ...span })) await first.append(entries);
    await first.close();
    multiplyRows(path, rows / written);
    const ledger = sqlite(path);
    const vendor = await simulatedOpenAI({ keepRequests: 10 });
    const gateway = createGateway({
      upstreams: { openai: openai({ apiKey: 'k', baseURL: vendor.baseURL, maxConcurrency: 2000 }) },
      identify: () => ({ tenant: 'company-1', id: 'user-1' }),
      ledger,
      keys: true,
      secret: 'a secret of 32 characters or more',
      budgets: { '*': { limit: 100 } },
    });
    const app = express();
    app.use('/gateway', dashboard(gateway, { allow: () => true }));
    const server = await openServer(app);
    home = `${server.origin}/gateway/`;
    call = async () => {
      const begun = performance.now();
      const response = await gateway.fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      await response.arrayBuffer();
      return response.status === 200 ? performance.now() - begun : Number.NaN;
    };
    close = async () => {
      await gateway.close({ grace: 0 });
      await server[Symbol.asyncDispose]();
      await ledger.close();
      await vendor.close();
    };
    browser = await openChromium();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await close();
    rmSync(folder, { recursive: true });
  });

  const views: readonly (readonly [PageName, string])[] = [
    ...pageNames.map((name) => [name, ''] as const),
    ['overview', 'span=month'],
    ['overview', 'span=year&by=tenant'],
    ['overview', 'span=week&by=key'],
    ['overview', 'span=month&model=model-3'],
    ['calls', 'tenant=company-3&status=4'],
    ['calls', 'error=VE_RARE'],
    ['calls', 'path=company-3'],
  ];

  test('each question that a page asks is answered soon, and the page is there', {
    timeout: 120_000,
  }, async () => {
    const slow: string[] = [];
    // The first one loads the page's files.
    {
      await using opened = await openPage(browser, home);
      await visit(opened.page, home, 'overview');
    }
    for (const [name, query] of views) {
      let bestPage = Number.POSITIVE_INFINITY;
      const best = new Map<string, number>();
      // Twice, and what another process made slow once more.
      for (let time = 0; time < 5; time++) {
        await using opened = await openPage(browser, home);
        const share = slowdown();
        const begun = performance.now();
        await visit(opened.page, home, name, query);
        bestPage = Math.min(bestPage, (performance.now() - begun) / share);
        for (const { url, milliseconds } of await requestTimes(opened.page)) {
          const { pathname, searchParams } = new URL(url);
          for (const moment of ['from', 'to']) searchParams.delete(moment);
          const question = `${pathname}?${searchParams.toString()}`;
          best.set(question, Math.min(best.get(question) ?? Number.POSITIVE_INFINITY, milliseconds / share));
        }
        expect(opened.faults).toEqual([]);
        const isSoon =
          bestPage < bounds.interactive && [...best.values()].every((one) => one < bounds.request);
        if (isSoon && time > 0) break;
      }
      const told = [...best].map(([question, milliseconds]) => `${question} ${milliseconds.toFixed(0)} ms`);
      console.log(`${name} ${query}: there after ${bestPage.toFixed(0)} ms; ${told.join(', ')}`);
      if (bestPage >= bounds.interactive) slow.push(`${name} ${query}: ${bestPage.toFixed(0)} ms`);
      for (const [question, milliseconds] of best)
        if (milliseconds >= bounds.request) slow.push(`${question}: ${milliseconds.toFixed(0)} ms`);
    }
    expect(slow).toEqual([]);
  });

  test('200 calls a second are told, and the page answers whoever uses it', { timeout: 60_000 }, async () => {
    // Nobody looks yet.
    const alone = await callSteadily(call, () => {});
    await using opened = await openPage(browser, home);
    const { page, faults } = opened;
    await visit(page, home, 'overview', 'span=hour');
    const share = slowdown();
    const figure = page.locator('.stat').first();
    const before = await figure.innerText();
    await page.evaluate(`(() => {
      globalThis.tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
      globalThis.delays = [];
      addEventListener('pointermove', ({ timeStamp }) => { const begun = timeStamp; requestAnimationFrame(() => delays.push(performance.now() - begun)); }, { capture: true });
    })()`);
    const { times, rate } = await callSteadily(call, async (made) => {
      if (made % 10 === 0) await page.mouse.move(300 + (made % 400), 400);
    });
    await expect.poll(() => figure.innerText()).not.toBe(before);
    const tasks = await page.evaluate<number[]>('tasks');
    const delays = await page.evaluate<number[]>('delays');
    const longest = Math.max(0, ...tasks);
    const [median, late] = [0.5, 0.95].map((part) => quantile(times, part).toFixed(1));
    console.log(
      `the machine is ${share.toFixed(1)} times as slow as alone; ${rate.toFixed(0)} calls/s; a call takes ${median} ms (p95 ${late}), ` +
        `without the page ${quantile(alone.times, 0.5).toFixed(1)} ms (p95 ${quantile(alone.times, 0.95).toFixed(1)}); ` +
        `long tasks of the page: ${tasks.length}, longest ${longest.toFixed(0)} ms; from pointer to frame p95 ${quantile(delays, 0.95).toFixed(0)} ms of ${delays.length}`,
    );
    expect(times.filter(Number.isNaN)).toEqual([]);
    expect(rate).toBeGreaterThan(150 / share);
    expect(longest / share).toBeLessThan(bounds.task);
    expect(quantile(delays, 0.95) / share).toBeLessThan(bounds.task);
    expect(faults).toEqual([]);
  });
});
