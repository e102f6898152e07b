import { expect, test } from 'vitest';
import { rewriteImports } from './rewrite-imports.ts';

const addresses: Readonly<Record<string, string>> = {
  preact: '../vendor/preact.js',
  'preact/hooks': '../vendor/preact-hooks.js',
  './html.ts': './html.js',
};

const rewrite = (source: string): string => rewriteImports(source, (name) => addresses[name]);

test.each([
  ["import { h } from 'preact';", "import { h } from '../vendor/preact.js';"],
  ['import{options as n}from"preact";var t;', 'import{options as n}from"../vendor/preact.js";var t;'],
  [
    "import {\n  useState,\n} from 'preact/hooks';",
    "import {\n  useState,\n} from '../vendor/preact-hooks.js';",
  ],
  ["export { html } from './html.ts';", "export { html } from './html.js';"],
  ["import './html.ts';", "import './html.js';"],
  ["const { html } = await import('./html.ts');", "const { html } = await import('./html.js');"],
])('%j', (source, rewritten) => {
  expect(rewrite(source)).toBe(rewritten);
});

test.each([
  "import { a } from './other.js';",
  "import OpenAI from 'openai';",
  "const from = 'preact';",
  "const text = `from ${'preact'}`;",
  "important('preact');",
])('%j stays', (source) => {
  expect(rewrite(source)).toBe(source);
});

test('it is told which modules are imported late', () => {
  const seen: [string, boolean][] = [];
  rewriteImports(
    "import 'a'; import b from 'b'; import('c'); import ( 'd' ); export * from 'e';",
    (name, isLate) => {
      seen.push([name, isLate]);
      return undefined;
    },
  );
  expect(seen).toEqual([
    ['a', false],
    ['b', false],
    ['c', true],
    ['d', true],
    ['e', false],
  ]);
});
