import { createHash } from 'node:crypto';
import type { RedisCommands, ScriptParts } from './redis-client.ts';

/**
 * A Lua script, which Redis runs as one: nobody else's command comes in between. It is sent once, and named by its digest
 * from then on.
 */
export class Script {
  readonly #source: string;
  readonly #digest: string;

  constructor(source: string) {
    this.#source = source;
    this.#digest = createHash('sha1').update(source).digest('hex');
  }

  async run(client: RedisCommands, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const parts: ScriptParts = { keys: [...keys], arguments: [...values] };
    try {
      return await client.evalSha(this.#digest, parts);
    } catch (error) {
      // Redis has begun anew, or this is the first time.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(this.#source, parts);
    }
  }
}
