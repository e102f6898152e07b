import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HeaderMap } from '@vector-engine/core/adapter';
import { safeHeaders } from './page-answer.ts';
import { type PageModule, reachModules } from './reach-modules.ts';
import { rewriteImports } from './rewrite-imports.ts';
import { stripTypes } from './strip-types.ts';

export interface PageFile {
  readonly headers: HeaderMap;
  readonly body: Uint8Array;
}

/** Everything that the page is made of, by its name below `assets/`: a name is of one content for ever. */
export interface LoadedPage {
  readonly files: ReadonlyMap<string, PageFile>;
  /** Names of those that are needed before anything is seen, the one that begins first. */
  readonly modules: readonly string[];
  readonly main: string;
  readonly style: string;
}

/** In the repository the page is served from its sources, so that it needs no build. */
const isSource = import.meta.url.endsWith('.ts');
const folder = fileURLToPath(new URL('./page/', import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** By the names under which the page imports them: the package's module for browsers. */
const vendors: Readonly<Record<string, () => string>> = {
  preact: () => resolve('preact'),
  'preact/hooks': () => resolve('preact/hooks'),
  // What these packages give to Node is of Node's older kind; the other kind lies beside it.
  htm: () => join(dirname(resolve('htm')), 'htm.module.js'),
  uplot: () => join(dirname(resolve('uplot')), 'uPlot.esm.js'),
};
const vendorStyles = [(): string => join(dirname(resolve('uplot')), 'uPlot.min.css')];

/** Where the page begins, and the place that most begin at. */
const begin = ['page/main.js', 'page/overview/overview-page.js'] as const;

const vendorName = (name: string): string => `vendor/${name.replaceAll('/', '-')}.js`;

let loading: Promise<LoadedPage> | undefined;

/** Reads all of it once, when the first of those who may see it asks. */
export function loadPage(): Promise<LoadedPage> {
  loading ??= readPage().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function readPage(): Promise<LoadedPage> {
  const names = (await readdir(folder, { recursive: true }))
    .map((name) => name.split(sep).join('/'))
    .toSorted();
  const own = names.filter((name) =>
    isSource ? name.endsWith('.ts') && !/\.(?:test|d)\.ts$/.test(name) : name.endsWith('.js'),
  );
  const modules = new Map<string, PageModule>();
  await Promise.all([
    ...Object.keys(vendors).map(async (name) => modules.set(vendorName(name), await readVendor(name))),
    ...own.map(async (name) => modules.set(`page/${name.replace(/\.ts$/, '.js')}`, await readModule(name))),
  ]);
  const styles = await Promise.all([
    ...vendorStyles.map((path) => readFile(path(), 'utf8')),
    ...names.filter((name) => name.endsWith('.css')).map((name) => readFile(join(folder, name), 'utf8')),
  ]);
  return assemble(modules, styles.join('\n'));
}

function assemble(modules: ReadonlyMap<string, PageModule>, style: string): LoadedPage {
  const sorted = [...modules].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const digest = createHash('sha256').update(style);
  for (const [name, { text }] of sorted) digest.update(`\0${name}\0${text}`);
  // Modules name each other by relative addresses: what changes one changes the folder of all.
  const version = digest.digest('base64url').slice(0, 12);
  const files = new Map<string, PageFile>();
  const add = (name: string, type: string, text: string): string => {
    const headers = {
      ...safeHeaders,
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'private, max-age=31536000, immutable',
    };
    files.set(`${version}/${name}`, { headers, body: Buffer.from(text) });
    return `${version}/${name}`;
  };
  for (const [name, { text }] of sorted) add(name, 'text/javascript', text);
  return {
    files,
    main: `${version}/${begin[0]}`,
    modules: reachModules(modules, begin).map((name) => `${version}/${name}`),
    style: add('style.css', 'text/css', style),
  };
}

async function readModule(name: string): Promise<PageModule> {
  const text = await readFile(join(folder, name), 'utf8');
  return addressed(`page/${name}`, isSource ? stripTypes(text) : text);
}

async function readVendor(name: string): Promise<PageModule> {
  const text = await readFile((vendors[name] ?? ((): string => ''))(), 'utf8');
  return addressed(vendorName(name), text);
}

/** `at`: where the module is, below the version. What it maps to is not served. */
function addressed(at: string, source: string): PageModule {
  const needs: string[] = [];
  const plain = source.replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '');
  const text = rewriteImports(plain, (name, isLate) => {
    const to = Object.hasOwn(vendors, name)
      ? vendorName(name)
      : name.startsWith('.')
        ? posix.join(posix.dirname(at), name).replace(/\.ts$/, '.js')
        : undefined;
    if (to === undefined) return undefined;
    if (!isLate) needs.push(to);
    const address = posix.relative(posix.dirname(at), to);
    return address.startsWith('.') ? address : `./${address}`;
  });
  return { text, needs };
}
