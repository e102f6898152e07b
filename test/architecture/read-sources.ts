import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** One module of a package, as it is written. */
export interface Source {
  /** From the root of the repository: `packages/core/src/gateway.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A path from the root of the repository, or a bare specifier. */
  readonly target: string;
  /**
   * Gone when the types are. `import { type A } from 'b'` is not: `verbatimModuleSyntax` leaves `import {} from 'b'` of it.
   */
  readonly isType: boolean;
}

const root = new URL('../../', import.meta.url);

/** What is published: the packages' sources without their tests. */
export function readSources(): Source[] {
  return globSync('packages/*/src/**/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\.test(-d)?\.ts$/.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}

const withFrom = /^(?:import|export)\s+(type\s+(?!from\b))?[\w$*\s{},]+?\sfrom\s+['"]([^'"]+)['"]/gm;
const bare = /^import\s+['"]([^'"]+)['"]/gm;
const dynamic = /\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g;

export function importsOf({ path, text }: Source): Import[] {
  const found: { specifier: string | undefined; isType: boolean }[] = [];
  for (const [, type, specifier] of text.matchAll(withFrom))
    found.push({ specifier, isType: type !== undefined });
  for (const [, specifier] of text.matchAll(bare)) found.push({ specifier, isType: false });
  for (const [, specifier] of text.matchAll(dynamic)) found.push({ specifier, isType: false });
  return found.map(({ specifier = '', isType }) => ({
    target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
    isType,
  }));
}
