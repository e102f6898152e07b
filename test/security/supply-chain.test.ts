import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly scripts?: Record<string, string>;
}
interface LockedPackage extends Manifest {
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}

const root = new URL('../../', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const lock = read('package-lock.json') as { packages: Record<string, LockedPackage> };

/** As Node finds it: beside the dependent, or in a folder further up. */
function locate(name: string, from: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder}${folder === '' ? '' : '/'}node_modules/${name}`;
    if (lock.packages[path] !== undefined) return path;
    if (folder === '') throw new Error(`${name} is not in the lock file`);
    if (!folder.includes('/node_modules/')) folder = '';
  }
}

/** Everything that is installed with a package of ours. */
function closure(path: string, found: Set<string> = new Set()): Set<string> {
  const { dependencies = {}, optionalDependencies = {} } = lock.packages[path] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (name.startsWith('@vector-engine/')) continue;
    const at = locate(name, path);
    if (found.has(at)) continue;
    found.add(at);
    closure(at, found);
  }
  return found;
}

describe('supply chain', () => {
  it('core has at most 12 runtime dependencies, and the adapters add none', () => {
    const { dependencies: own = {} } = read('packages/core/package.json') as Manifest;
    expect(Object.keys(own).length).toBeGreaterThan(0);
    expect(Object.keys(own).length).toBeLessThanOrEqual(12);
    // http-proxy-middleware, which WebSockets go through, brings as many as all the others.
    expect(closure('packages/core').size).toBeLessThanOrEqual(24);
    for (const adapter of ['express', 'koa']) {
      const { dependencies = {} } = read(`packages/${adapter}/package.json`) as Manifest;
      expect(Object.keys(dependencies)).toEqual(['@vector-engine/core']);
    }
  });

  it('no runtime dependency runs anything when it is installed', () => {
    for (const name of ['core', 'express', 'koa', 'redis', 'testing']) {
      for (const path of closure(`packages/${name}`)) {
        expect(lock.packages[path]?.hasInstallScript).toBeUndefined();
      }
      const { scripts = {} } = read(`packages/${name}/package.json`) as Manifest;
      const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
      expect(Object.keys(scripts).filter((script) => hooks.includes(script))).toEqual([]);
    }
  });

  it('runtime dependencies are pinned, checked by digest, and come from the default registry only', () => {
    for (const path of closure('packages/core')) {
      expect(lock.packages[path]?.integrity).toMatch(/^sha512-/);
      expect(lock.packages[path]?.resolved ?? 'https://registry.npmjs.org/').toMatch(
        /^https:\/\/registry\.npmjs\.org\//,
      );
    }
  });
});
