import { GatewayError } from '../errors.ts';
import type { JsonObject } from './json.ts';

/** One question and its answer, both in the words of the dialect that they were kept in; of the question, what is part of the conversation. */
export interface StoredTurn {
  readonly request: JsonObject;
  readonly response: JsonObject;
}

/** What is known of items of earlier answers, by their ids; those that are not known are left out. @throws GatewayError `VE_STORE_FAILED` */
export interface KeptItems {
  find(ids: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>;
  /** The upstreams that keep them; those that only the gateway keeps are left out, too. */
  keepers(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** The conversation that a call goes on with, by the id of its last answer. */
export interface Previous {
  /** The upstream that keeps it under the id that the caller knows; undefined where only the gateway does. */
  readonly upstream: string | undefined;
  /**
   * All that was said, the oldest first, for an upstream that does not keep it.
   *
   * @throws GatewayError `VE_PREVIOUS_NOT_FOUND` where a part of it is gone, `VE_BODY_TOO_LARGE`, `VE_STORE_FAILED`
   */
  turns(): Promise<readonly StoredTurn[]>;
}

/** Also for one that somebody else has: nothing is told of it. Who keeps the conversation need not be told all of it, and may be asked. */
export function previousNotFound(id: string): GatewayError {
  const failure = { retry: 'elsewhere', health: 'neutral', sent: false } as const;
  return new GatewayError('VE_PREVIOUS_NOT_FOUND', { id, parameter: 'previous_response_id' }, { failure });
}
