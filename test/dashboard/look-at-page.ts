import type { Browser, Page } from 'playwright-core';

/** What is grossly wrong with how a page looks; empty where nothing is. */
export async function brokenLayout(page: Page): Promise<string[]> {
  return page.evaluate(script);
}

// Runs in the browser.
const script = `(() => {
  const faults = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push('the page is ' + scrollWidth + ' px wide in a window of ' + innerWidth);
  const boxOf = (selector) => document.querySelector(selector)?.getBoundingClientRect();
  for (const selector of ['header.side', 'nav.pages', 'main', 'main h1']) {
    const box = boxOf(selector);
    if (box === undefined || box.width < 20 || box.height < 10) faults.push(selector + ' is not to be seen');
  }
  const [side, main] = [boxOf('header.side'), boxOf('main')];
  const overlap = (one, other) =>
    Math.max(0, Math.min(one.right, other.right) - Math.max(one.left, other.left)) *
    Math.max(0, Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top));
  if (side && main && scrollY === 0 && overlap(side, main) > 8 * Math.min(main.width, side.width))
    faults.push('the navigation lies upon the content');
  const inner = document.querySelectorAll('dialog[open]').length > 0 ? 'dialog[open]' : 'main';
  const pressed = [...document.querySelectorAll(inner + ' button, ' + inner + ' a, ' + inner + ' input, ' + inner + ' select, ' + inner + ' textarea')]
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.classList.contains('row-link'))
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1);
  for (const [index, first] of pressed.entries()) for (const second of pressed.slice(index + 1)) {
    if (first.one.contains(second.one) || second.one.contains(first.one)) continue;
    const shared = overlap(first.box, second.box);
    const least = Math.min(first.box.width * first.box.height, second.box.width * second.box.height);
    const nameOf = ({ one }) => (one.getAttribute('aria-label') ?? one.textContent ?? one.name ?? one.tagName).trim().slice(0, 40);
    if (shared > 0.4 * least && first.one.closest('.field') !== second.one.closest('.field')) faults.push(nameOf(first) + ' lies upon ' + nameOf(second));
  }
  return faults;
})()`;

/** A picture as a grid of brightness, from 0 to 255, row by row: what is left of it where nothing fine counts. */
export interface Picture {
  readonly mean: number;
  /** The share of cells that are not like the one most are like. */
  readonly drawn: number;
}

/** Looks at a window as it is, by drawing its screenshot small; `browser` does the drawing, in a window of its own. */
export async function takePicture(browser: Browser, page: Page): Promise<Picture> {
  const png = (await page.screenshot({ animations: 'disabled' })).toString('base64');
  const drawing = await browser.newPage();
  try {
    const cells = await drawing.evaluate<number[]>(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${png}';
      await image.decode();
      const canvas = new OffscreenCanvas(64, 64);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0, 64, 64);
      const { data } = context.getImageData(0, 0, 64, 64);
      return Array.from({ length: 64 * 64 }, (_, at) => (data[at * 4] + data[at * 4 + 1] + data[at * 4 + 2]) / 3);
    })()`);
    const counts = new Map<number, number>();
    for (const cell of cells) counts.set(Math.round(cell / 4), (counts.get(Math.round(cell / 4)) ?? 0) + 1);
    return {
      mean: cells.reduce((sum, cell) => sum + cell, 0) / cells.length,
      drawn: 1 - Math.max(...counts.values()) / cells.length,
    };
  } finally {
    await drawing.close();
  }
}
