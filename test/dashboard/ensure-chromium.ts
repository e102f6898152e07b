import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Debian's. One process at a time: the packages of a machine are no matter for two. */
const install = `
command -v chromium || command -v chromium-browser && exit 0
if [ "$(id -u)" = 0 ]; then asRoot=; else asRoot=sudo; fi
$asRoot apt-get update
$asRoot env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium
`;

/** Before the tests: in CI those that need a Chromium are run, so that there must be one. Elsewhere they are skipped without. */
export async function setup(): Promise<void> {
  if (process.env.CI !== 'true') return;
  const lock = join(tmpdir(), 'vector-engine-install-chromium.lock');
  await promisify(execFile)('flock', [lock, 'sh', '-ec', install], { timeout: 280_000 });
}
