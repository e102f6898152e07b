import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { loadPage } from './load-page.ts';
import { reachModules } from './reach-modules.ts';
import { rewriteImports } from './rewrite-imports.ts';

const page = await loadPage();
const textOf = (name: string): string => Buffer.from(page.files.get(name)?.body ?? '').toString();
const modules = [...page.files.keys()].filter((name) => name.endsWith('.js'));

function importsOf(name: string): string[] {
  const found: string[] = [];
  rewriteImports(textOf(name), (imported) => {
    // Examples of code that the page shows are no imports of its own.
    if (imported.startsWith('.')) found.push(posix.join(posix.dirname(name), imported));
    return undefined;
  });
  return found;
}

test('everything that a module imports is served', () => {
  expect(modules.length).toBeGreaterThan(60);
  const imported = modules.flatMap(importsOf);
  expect(imported.length).toBeGreaterThan(200);
  expect(imported.filter((name) => !page.files.has(name))).toEqual([]);
});

test('no module imports by the name of a package', () => {
  const named = modules.filter((name) => /^(?:import|export)\b[^;]*?\bfrom\s*["'](?!\.)/m.test(textOf(name)));
  expect(named).toEqual([]);
});

test('types and tests are left out', () => {
  expect(modules.filter((name) => name.includes('.test') || name.endsWith('.d.js'))).toEqual([]);
  expect(textOf(page.main)).not.toContain(': HTMLElement');
  expect([...page.files.keys()].filter((name) => name.endsWith('.ts'))).toEqual([]);
});

test('the names change with the content, and everything may be kept for ever', () => {
  for (const [name, { headers }] of page.files) {
    expect(name).toMatch(/^[\w-]{12}\//);
    expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
  }
});

test('what is needed first is told at once, and other places are not', () => {
  const [first] = page.modules;
  expect(first).toBe(page.main);
  expect(page.modules.some((name) => name.endsWith('/vendor/preact-hooks.js'))).toBe(true);
  expect(page.modules.some((name) => name.endsWith('/overview/overview-page.js'))).toBe(true);
  expect(page.modules.some((name) => name.endsWith('/calls/calls-page.js'))).toBe(false);
  expect(new Set(page.modules).size).toBe(page.modules.length);
});

test('no script and no style of the page needs what its policy forbids', () => {
  const forbidden = /\beval\(|new Function\(|dangerouslySetInnerHTML|innerHTML|setAttribute\('style/;
  const own = modules.filter((name) => name.includes('/page/'));
  expect(own.filter((name) => forbidden.test(textOf(name)))).toEqual([]);
  expect(textOf(page.style)).not.toMatch(/@import|url\(\s*["']?https?:/);
});

test('modules are reached through others, in circles, too', () => {
  const graph = new Map([
    ['a', { needs: ['b'] }],
    ['b', { needs: ['c', 'a'] }],
    ['c', { needs: ['gone'] }],
    ['d', { needs: [] }],
  ]);
  expect(reachModules(graph, ['a'])).toEqual(['a', 'b', 'c', 'gone']);
});
