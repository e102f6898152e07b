import { describe, expect, test } from 'vitest';
import { checkImports, findCycles } from './check-imports.ts';
import { checkShape } from './check-shape.ts';
import { importsOf, readSources, type Source } from './read-sources.ts';

const sources = readSources();
const withoutTesting = sources.filter(({ path }) => !path.startsWith('packages/testing/'));

describe('the packages', () => {
  test('are read: every room, and the imports in it', () => {
    expect(sources.length).toBeGreaterThan(100);
    const gateway = sources.find(({ path }) => path === 'packages/core/src/gateway.ts');
    expect(gateway && importsOf(gateway)).toContainEqual({
      target: 'packages/core/src/serve-call.ts',
      isType: false,
    });
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(300);
  });

  test('import in the direction of the design', () => {
    expect(checkImports(sources)).toEqual([]);
  });

  test('have no circles, the core and the adapters not even of types', () => {
    expect(findCycles(sources, { withTypes: false })).toEqual([]);
    expect(findCycles(withoutTesting, { withTypes: true })).toEqual([]);
  });

  test('are made of small modules, with named exports that are told one by one', () => {
    expect(checkShape(sources)).toEqual([]);
  });
});

/** The real sources and one module more, or one changed. */
function withModule(path: string, text: string): Source[] {
  return [...sources.filter((source) => source.path !== path), { path, text }];
}

/** The stream room alone, with one import more. */
function importing(text: string): Source[] {
  return withModule('packages/core/src/stream/find-event-end.ts', text).filter(({ path }) =>
    path.includes('/stream/'),
  );
}

describe('a module that breaks a rule is found', () => {
  test.each<[path: string, text: string, problem: string]>([
    [
      'core/src/stream/new.ts',
      "import { GatewayError } from '../errors.ts';",
      'stream may not import errors',
    ],
    [
      'core/src/protocol/new.ts',
      "import type { Events } from '../observe/events.ts';",
      'protocol may not import observe',
    ],
    [
      'core/src/protocol/new.ts',
      "import { isUtf8 } from 'node:buffer';",
      'protocol has nothing to do with node:buffer',
    ],
    [
      'core/src/routing/new.ts',
      "import { Slots } from '../resilience/slots.ts';",
      'routing may not import resilience',
    ],
    [
      'core/src/dialects/new.ts',
      "import { openai } from '../upstreams/openai/openai.ts';",
      'dialects may not import up',
    ],
    ['core/src/http/new.ts', "import { Pass } from '../gateway.ts';", 'http may not import gateway'],
    [
      'core/src/http/new.ts',
      "export { failover } from '../resilience/failover.ts';",
      'http may not import resilience',
    ],
    [
      'core/src/gateway.ts',
      "import type { Settings } from './settings/settings.ts';",
      'gateway may not import settings',
    ],
    [
      'core/src/settings/new.ts',
      "import { KeyRing } from '../upstreams/key-ring.ts';",
      'may import types of upstreams',
    ],
    [
      'core/src/settings/new.ts',
      "import { type Key } from '../upstreams/key-ring.ts';",
      'may import types of upstreams',
    ],
    ['core/src/attic/new.ts', "import '../errors.ts';", 'the room attic has no line in the table'],
    [
      'core/src/http/new.ts',
      "import '../http/gone.ts';",
      'there is no module packages/core/src/http/gone.ts',
    ],
    [
      'core/src/routing/new.ts',
      "const prices = await import('@pydantic/genai-prices');",
      '@pydantic/genai-prices is imported in catalog/genai-prices.ts only',
    ],
    [
      'core/src/upstreams/new.ts',
      "import {\n  Agent,\n} from 'undici';",
      'undici is imported in upstreams/undici-pool',
    ],
    [
      'core/src/upstreams/new.ts',
      "const undici = await import('undici');",
      'undici is imported in upstreams/undici-pool',
    ],
    [
      'core/src/http/new.ts',
      "import type { Agent } from 'undici';",
      'undici is imported in upstreams/undici-pool',
    ],
    [
      'core/src/resilience/new.ts',
      "import Circuit from 'opossum';",
      'opossum is imported in resilience/breaker.ts only',
    ],
    [
      'core/src/settings/new.ts',
      "import * as z from 'zod';",
      'zod is imported in settings/zod-without-globals.ts only',
    ],
    ['core/src/http/new.ts', "import express from 'express';", 'the core may not depend on express'],
    ['express/src/new.ts', "import { Router } from 'express';", "express is the host's; only its types"],
    ['express/src/new.ts', "import { Pass } from '../../core/src/gateway.ts';", "is another package's own"],
    ['koa/src/new.ts', "import type { Request } from 'express';", 'an adapter may not import express'],
    ['koa/src/new.ts', "import { Agent } from 'undici';", 'an adapter may not import undici'],
    [
      'testing/src/new.ts',
      "import { createGateway } from '@vector-engine/core';",
      'testing may import types of the core',
    ],
    ['redis/src/new.ts', "import { createClient } from 'redis';", 'redis may not import redis'],
    [
      'redis/src/new.ts',
      "import { createGateway } from '@vector-engine/core';",
      'redis may import types of the core',
    ],
    ['postgres/src/new.ts', "import { Pool } from 'pg';", 'pg is imported in postgres-options.ts only'],
    ['postgres/src/new.ts', "import { createClient } from 'redis';", 'postgres may not import redis'],
    [
      'postgres/src/new.ts',
      "import { GatewayError } from '@vector-engine/core';",
      'postgres may import types of the core',
    ],
    ['reports/src/new.ts', "import { Pool } from 'pg';", 'nothing says what packages/reports may import'],
    ['dashboard/src/new.ts', "import { Pool } from 'pg';", 'the dashboard may not import pg'],
    ['dashboard/src/new.ts', "import { App } from './page/app.ts';", 'app.ts runs elsewhere'],
    ['dashboard/src/page/new.ts', "import { join } from 'node:path';", 'there is no node:path in a browser'],
    ['dashboard/src/page/new.ts', "import { openai } from '@vector-engine/core';", 'the page may not import'],
  ])('%s with %j', (path, text, problem) => {
    const problems = checkImports(withModule(`packages/${path}`, text));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]).toMatch(new RegExp(`^packages/${path}: `));
  });

  test('a circle', () => {
    const back = "{ WholeEvents } from './whole-events.ts';";
    const circle = [expect.stringMatching(/whole-events\.ts -> /)];
    expect(findCycles(importing(`import ${back}`), { withTypes: false })).toEqual(circle);
    expect(findCycles(importing(`import type ${back}`), { withTypes: false })).toEqual([]);
    expect(findCycles(importing(`import type ${back}`), { withTypes: true })).toEqual(circle);
  });

  test.each<[text: string, problem: string]>([
    ['export default function gateway() {}', 'has a default export'],
    ['const a = 1;\nexport { a as default };', 'has a default export'],
    ['export const enum Color { Red }', 'has an enum'],
    ['export namespace Shapes {}', 'has a namespace'],
    ["export * from './index.ts';", 'has an export *'],
    ["export type * as all from './index.ts';", 'has an export *'],
    ['\n'.repeat(350).concat('//'), 'has 351 lines; the most is 350'],
  ])('%j', (text, problem) => {
    expect(checkShape([{ path: 'packages/core/src/new.ts', text }])).toEqual([
      `packages/core/src/new.ts: ${problem}`,
    ]);
  });

  test('a pass that has grown past 150 lines', () => {
    const text = '\n'.repeat(150).concat('//');
    expect(checkShape([{ path: 'packages/core/src/gateway.ts', text }])).toHaveLength(1);
  });
});

test('words in comments and strings are no imports', () => {
  const text =
    "// import { a } from 'undici';\n/**\n * import 'zod';\n */\nexport const text = \"import x from 'opossum'\";";
  expect(importsOf({ path: 'packages/core/src/new.ts', text })).toEqual([]);
});
