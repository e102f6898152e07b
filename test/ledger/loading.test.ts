import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const index = new URL('../../packages/core/src/index.ts', import.meta.url).href;

/** In a process of its own: which of two modules are loaded by some steps. */
function loadedBy(steps: string): string {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    const seen = process.getBuiltinModule.bind(process);
    process.getBuiltinModule = (name) => (name === 'node:sqlite' && loaded.add('node:sqlite'), seen(name));
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === 'kysely' || specifier === 'node:sqlite') loaded.add(specifier);
        return next(specifier, context);
      },
    });
    const core = await import(${JSON.stringify(index)});
    ${steps}
    console.log([...loaded].sort().join());
  `;
  const flags = ['--conditions=@vector-engine/source', '--no-warnings', '--input-type=module', '-e', program];
  return execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim();
}

test('nobody loads a database who opens none', () => {
  expect(loadedBy("await core.memoryLedger().keys.get('a');")).toBe('');
  const folder = mkdtempSync(join(tmpdir(), 'vector-loading-'));
  const path = JSON.stringify(join(folder, 'a.db'));
  const open = `const ledger = core.sqlite(${path}); await ledger.query({}); await ledger.close();`;
  expect(loadedBy(open)).toBe('kysely,node:sqlite');
  rmSync(folder, { recursive: true });
});
