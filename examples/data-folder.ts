import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the examples keep what is to outlive them: `data` in this repository, which git ignores, or `DATA_FOLDER`. */
export async function dataFolder(...below: readonly string[]): Promise<string> {
  const top = process.env.DATA_FOLDER ?? join(import.meta.dirname, '..', 'data');
  const folder = join(top, ...below);
  await mkdir(folder, { recursive: true });
  return folder;
}
