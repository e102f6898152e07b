import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/* What users can import is a promise: a name that comes or goes shows up here, and in a changeset. */

const root = new URL('../../', import.meta.url);

interface Exported {
  /** Modules whose every export is passed on. */
  readonly passedOn: readonly string[];
  readonly types: readonly string[];
  readonly values: readonly string[];
}

/** The names of an index as they are written. */
function readIndex(path: string): Exported {
  const text = readFileSync(new URL(path, root), 'utf8');
  const passedOn = [...text.matchAll(/^export \* from '([^']+)';/gm)].map(([, from]) => from ?? '');
  const types: string[] = [];
  const values: string[] = [];
  for (const [, isType, names = ''] of text.matchAll(/^export (type )?\{([^}]*)\}/gm)) {
    for (const name of names.split(',').map((part) => part.trim())) {
      if (name === '') continue;
      const plain = name.replace(/^type /, '').replace(/^\w+ as /, '');
      (isType !== undefined || name.startsWith('type ') ? types : values).push(plain);
    }
  }
  return { passedOn, types: types.toSorted(), values: values.toSorted() };
}

interface Entry {
  readonly name: string;
  readonly index: string;
  readonly load: () => Promise<object>;
}

const entries: readonly Entry[] = [
  {
    name: '@vector-engine/core',
    index: 'packages/core/src/index.ts',
    load: () => import('@vector-engine/core'),
  },
  {
    name: '@vector-engine/core/adapter',
    index: 'packages/core/src/adapter.ts',
    load: () => import('@vector-engine/core/adapter'),
  },
  {
    name: '@vector-engine/core/sql',
    index: 'packages/core/src/sql.ts',
    load: () => import('@vector-engine/core/sql'),
  },
  {
    name: '@vector-engine/testing',
    index: 'packages/testing/src/index.ts',
    load: () => import('@vector-engine/testing'),
  },
  {
    name: '@vector-engine/redis',
    index: 'packages/redis/src/index.ts',
    load: () => import('@vector-engine/redis'),
  },
  {
    name: '@vector-engine/postgres',
    index: 'packages/postgres/src/index.ts',
    load: () => import('@vector-engine/postgres'),
  },
  {
    name: '@vector-engine/dashboard',
    index: 'packages/dashboard/src/index.ts',
    load: () => import('@vector-engine/dashboard'),
  },
];

const adapters: readonly Entry[] = [
  {
    name: '@vector-engine/express',
    index: 'packages/express/src/index.ts',
    load: () => import('@vector-engine/express'),
  },
  {
    name: '@vector-engine/koa',
    index: 'packages/koa/src/index.ts',
    load: () => import('@vector-engine/koa'),
  },
];

describe('the exported names', () => {
  test.each(entries)('of $name', async ({ index, load }) => {
    const { passedOn, types, values } = readIndex(index);
    expect(passedOn).toEqual([]);
    expect(Object.keys(await load()).toSorted()).toEqual(values);
    expect({ types, values }).toMatchSnapshot();
  });

  test.each(adapters)('of $name: all of the core, and its own', async ({ index, load }) => {
    const { passedOn, types, values } = readIndex(index);
    const core = await import('@vector-engine/core');
    const adapter: object = await load();
    expect(passedOn).toEqual(['@vector-engine/core']);
    expect(Object.keys(adapter).toSorted()).toEqual([...Object.keys(core), ...values].toSorted());
    expect(Reflect.get(adapter, 'GatewayError')).toBe(core.GatewayError);
    expect({ types, values }).toMatchSnapshot();
  });

  test('nothing else can be imported from a package', () => {
    const subpaths = ['core', 'express', 'koa', 'postgres', 'redis', 'testing'].map((name) => {
      const manifest: { exports: object } = JSON.parse(
        readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8'),
      );
      return [name, ...Object.keys(manifest.exports)];
    });
    expect(subpaths).toEqual([
      ['core', '.', './adapter', './sql', './package.json'],
      ['express', '.', './package.json'],
      ['koa', '.', './package.json'],
      ['postgres', '.', './package.json'],
      ['redis', '.', './package.json'],
      ['testing', '.', './package.json'],
    ]);
  });
});
