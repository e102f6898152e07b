import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * The secret in this file, made where there is none: what signs links and digests keys has to be the same after a restart. In
 * your app it comes from where your other secrets are.
 */
export async function keepSecret(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    const secret = randomBytes(32).toString('hex');
    await writeFile(path, secret, { mode: 0o600 });
    return secret;
  }
}
