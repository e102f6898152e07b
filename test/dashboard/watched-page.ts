import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type Language = 'en' | 'zh';
export type Theme = 'light' | 'dark';
export type PageName = 'overview' | 'calls' | 'upstreams' | 'keys' | 'jobs' | 'playground';

export const pageNames: readonly PageName[] = [
  'overview',
  'calls',
  'upstreams',
  'keys',
  'jobs',
  'playground',
];

export interface Look {
  readonly language?: Language;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
}

/** A page in a window of its own, and whatever it has done that it must not. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Lines of the console, errors, violations of the content security policy, answers of 4xx and 5xx, requests to others. */
  readonly faults: string[];
}

const locales = { en: 'en-GB', zh: 'zh-CN' } as const;

/** `home`: the address of the usage page, with nothing behind it. */
export async function openPage(browser: Browser, home: string, look: Look = {}): Promise<WatchedPage> {
  const { language = 'en', theme = 'light', width = 1280, height = 900 } = look;
  const options: BrowserContextOptions = {
    locale: locales[language],
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: 'reduce',
  };
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  const { origin } = new URL(home);
  page.on('console', (message) => {
    const type = message.type();
    if (type === 'error' || type === 'warning') faults.push(`console ${type}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.stack ?? error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(?:data|blob):/.test(url) && new URL(url).origin !== origin) faults.push(`request to ${url}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} from ${response.url()}`);
  });
  await page.exposeFunction('tellViolation', (violation: string) => faults.push(`policy: ${violation}`));
  await page.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      tellViolation(violatedDirective + ' ' + blockedURI));`,
  });
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

/** Goes to a place of the page, `#/calls?status=5`, and waits until it has what it asked for. */
export async function visit(page: Page, home: string, name: PageName, query = ''): Promise<void> {
  await page.goto(`${home}#/${name}${query === '' ? '' : `?${query}`}`);
  await settled(page);
}

/** Nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('main .skeleton, main [aria-busy="true"]').first().waitFor({ state: 'detached' });
}
