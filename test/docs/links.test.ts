import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { pages, readPage, repository } from './read-markdown.ts';

const links = pages().flatMap((file) =>
  [...readPage(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ file, target }))
    .filter(({ target }) => !/^https?:/.test(target)),
);

function anchors(file: string): string[] {
  return [...readPage(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(/\s/g, '-'),
  );
}

test.each(links)('$file links to $target, which exists', ({ file, target }) => {
  const [path = '', anchor] = target.split('#');
  const page = path === '' ? file : normalize(join(dirname(file), path));
  expect(existsSync(join(repository, page))).toBe(true);
  const isPage = statSync(join(repository, page)).isFile() && page.endsWith('.md');
  expect(anchor === undefined || (isPage && anchors(page).includes(anchor))).toBe(true);
});

test('every page of the documentation is linked from the README', () => {
  const linked = new Set(links.filter(({ file }) => file === 'README.md').map(({ target }) => target));
  for (const page of pages().filter((file) => file.startsWith('docs/'))) expect(linked).toContain(page);
});
