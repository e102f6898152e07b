import { createGateway, memoryLedger, openai } from '@vector-engine/core';
import { dashboard } from '@vector-engine/dashboard';
import { simulatedOpenAI } from '@vector-engine/testing';
import express from 'express';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer } from '../../examples/open-server.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { openPage, pageNames, settled, visit } from './watched-page.ts';

/* What others have chosen is text on the page, whatever they have chosen. */

const script = '<script>globalThis.owned=1</script>';
const image = '"><img src=x onerror="globalThis.owned=2">';
const link = 'javascript:globalThis.owned=3';
const control = 'a\u0007\u202eb\u2028c{{7*7}}${7*7}';
const names = [script, image, link, control];

const upstreamKey = 'sk-canary-of-the-upstream';
const prompt = 'canary prompt of somebody';

describe.skipIf(chromiumPath === undefined)('names that would like to be more', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser.close());

  test('are shown as they are, on every page, and run nothing; nothing secret is in the document', {
    timeout: 120_000,
  }, async () => {
    await using vendor = await simulatedOpenAI({ models: [...names, 'gpt-4o'], apiKeys: [upstreamKey] });
    const ledger = memoryLedger();
    const up = openai({ apiKey: upstreamKey, baseURL: vendor.baseURL });
    const gateway = createGateway({
      upstreams: { up },
      models: Object.fromEntries([...names, 'gpt-4o'].map((name) => [name, ['up/gpt-4o' as const]])),
      keys: true,
      secret: 'a secret of 32 characters or more',
      ledger,
      budgets: { '*': { limit: 1 }, '*/*': { limit: 0.5 } },
    });
    await using _ = { [Symbol.asyncDispose]: () => gateway.close({ grace: 0 }) };
    const keys: string[] = [];
    for (const [index, name] of names.entries())
      keys.push(
        (await gateway.keys.create({ name, path: `${script.slice(0, -9)}/${index}`, tenant: name })).key,
      );
    const ask = (key: string | undefined, model: string): Promise<Response> =>
      gateway.fetch('http://gateway/v1/chat/completions', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'x-vector-tags': 'tag',
        },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
      });
    for (const [index, name] of names.entries()) expect((await ask(keys[index], name)).status).toBe(200);
    // A name that there is not, and an error in a vendor's own words.
    expect((await ask(keys[0], `${script}${image}`)).status).toBe(404);
    vendor.fail({
      type: 'status',
      status: 400,
      body: { error: { message: script, code: image, type: script, param: image } },
    });
    expect((await ask(keys[1], 'gpt-4o')).status).toBe(400);
    vendor.heal();

    const app = express().use('/gateway', dashboard(gateway, { allow: () => true, title: script }));
    await using server = await openServer(app);
    const home = `${server.origin}/gateway/`;
    await using opened = await openPage(browser, home);
    const { page, faults } = opened;
    const secrets = [upstreamKey, prompt, ...keys];
    const look = async (where: string): Promise<void> => {
      await settled(page);
      expect([where, await page.evaluate('globalThis.owned ?? 0')]).toEqual([where, 0]);
      expect([
        where,
        await page.locator('img[onerror], main script, main a[href^="javascript:"]').count(),
      ]).toEqual([where, 0]);
      const content = await page.content();
      for (const secret of secrets) expect([where, content.includes(secret)]).toEqual([where, false]);
    };
    for (const name of pageNames) {
      await visit(page, home, name);
      await look(name);
    }
    for (const by of ['tenant', 'key', 'upstream', 'path', 'principal']) {
      await visit(page, home, 'overview', `by=${by}&span=hour`);
      await look(`overview by ${by}`);
    }
    await visit(page, home, 'overview', `by=model&span=hour`);
    expect(await page.locator('main').innerText()).toContain(script);
    const { entries } = await ledger.query({ limit: 20 });
    for (const { id } of entries) {
      await visit(page, home, 'calls', `id=${id}`);
      await look(`call ${id}`);
    }
    for (const { id, name } of await gateway.keys.list()) {
      await visit(page, home, 'keys', `key=${id}`);
      await page.locator('dialog[open] dl').waitFor();
      await look(`key ${name}`);
    }
    // In the address, too: somebody may send a link.
    for (const evil of [image, link]) {
      const value = encodeURIComponent(evil);
      for (const [name, query] of [
        ['overview', `model=${value}&tenant=${value}&by=${value}&span=${value}`],
        ['calls', `model=${value}&error=${value}&status=${value}&id=${value}`],
        ['keys', `at=${value}&key=${value}`],
        ['jobs', `id=${value}&state=${value}`],
        ['upstreams', `find=${value}`],
        ['playground', `model=${value}`],
      ] as const) {
        await page.goto('about:blank');
        await visit(page, home, name, query);
        await look(`${name} ${query}`);
      }
    }
    // What is not there, or is no filter, is answered with an error, and told as one.
    const expected = /^(?:4\d\d from|console error: Failed to load resource)/;
    expect(faults.filter((fault) => !expected.test(fault))).toEqual([]);
  });
});
