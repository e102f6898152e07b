import { type CacheStats, ResponseCache } from './cache/response-cache.ts';
import { optionsError } from './errors.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { Observer } from './observe/observer.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { CacheSelection } from './protocol/cache-tier.ts';
import type { TargetName } from './protocol/call.ts';
import { ownerOf } from './protocol/principal.ts';
import type { Price } from './protocol/target-view.ts';
import type { Lifecycle } from './resilience/lifecycle.ts';
import type { RequestListener } from './resilience/request-listener.ts';
import type { CacheRoom } from './serve-cached.ts';
import type { Settings } from './settings/settings.ts';
import { wordBreak } from './word-break.ts';

/** Which answers are to be forgotten: those of which everything that is given holds. */
export interface Invalidation {
  /** As callers name it. */
  readonly model?: string;
  /** Whose answers: the `tenant` of a principal. */
  readonly tenant?: string;
  /** Of a principal without a tenant: its `id`. */
  readonly user?: string;
  /** One of the words in the caller's `x-vector-tags`. */
  readonly tag?: string;
}

/** The response cache, as its operator has it in hand. */
export interface GatewayCache {
  /**
   * Forgets answers: all of them where nothing is given. What is under way meanwhile is not kept. Rejects with what the
   * second tier failed with; this process has forgotten them all the same.
   *
   * @throws GatewayError `VE_OPTIONS_INVALID` for a name that does not exist, or a value that is no text: it would select everything
   */
  invalidate(which?: Invalidation): Promise<void>;
}

export interface CacheWiring {
  readonly observer: Observer;
  readonly lifecycle: Lifecycle<RequestListener>;
  readonly priceOf: (target: TargetName) => Price | undefined;
}

/** What is cached, and what the operator can do with it; nothing where the options do not ask for a cache. */
export class CacheDesk implements GatewayCache {
  readonly room: CacheRoom | undefined;
  readonly #isShared: boolean;

  constructor({ cache, clock, timeouts }: Settings, { observer, lifecycle, priceOf }: CacheWiring) {
    this.#isShared = cache?.scope === 'shared';
    const { events, logger } = observer;
    const tierHealth = {
      failed: (error: unknown): void => {
        logger.warn({ error }, 'the second tier of the cache failed');
        const reason = error instanceof Error ? error.message : String(error);
        events.emit('cacheTier', () => ({ state: 'failing', reason }));
      },
      recovered: (): void => {
        logger.info({}, 'the second tier of the cache is well again');
        events.emit('cacheTier', () => ({ state: 'well' }));
      },
    };
    if (cache === undefined) return;
    this.room = {
      responses: new ResponseCache<RequestRecord>(cache, { clock, tierHealth, priceOf, judge: judgeAnswer }),
      lifecycle,
      clock,
      patience: timeouts.write,
      wordError: wordBreak,
    };
  }

  get stats(): CacheStats | undefined {
    return this.room?.responses.stats;
  }

  async invalidate(which: Invalidation = {}): Promise<void> {
    await this.room?.responses.invalidate(this.#select(which));
  }

  close(): void {
    this.room?.responses.close();
  }

  #select(which: Invalidation): CacheSelection {
    for (const [name, value] of Object.entries(which)) {
      if (!names.has(name))
        throw optionsError(`invalidate: there is no "${name}"; there can be ${[...names].join(', ')}`);
      if (typeof value !== 'string' || value === '')
        throw optionsError(
          `invalidate: ${name} must be a text that is not empty; leave it out to select any`,
        );
    }
    const { model, tenant, user, tag } = which;
    if ((tenant ?? user) !== undefined && this.#isShared)
      throw optionsError('invalidate: tenants share this cache, and none has answers of its own');
    if (tenant !== undefined && user !== undefined)
      throw optionsError(
        "invalidate: answers are a tenant's, or a user's without a tenant; give one of the two",
      );
    const owner = (tenant ?? user) === undefined ? undefined : ownerOf({ tenant, id: user });
    return { model, tenant: owner, tag };
  }
}

const names: ReadonlySet<string> = new Set(['model', 'tenant', 'user', 'tag']);
