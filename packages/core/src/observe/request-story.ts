import type { GatewayError } from '../errors.ts';
import type { RequestFacts, TargetName } from '../protocol/call.ts';
import type { CacheOutcome } from '../protocol/events.ts';
import type { LedgerEntry } from '../protocol/ledger.ts';
import type { Principal } from '../protocol/principal.ts';
import type { Usage } from '../protocol/usage.ts';

const none: readonly string[] = [];

/** What is known of a request, as it comes to be known: whole when the request is over. */
export class RequestStory {
  readonly id: string;
  /** The host's; undefined where it has none. */
  readonly requestId: string | undefined;
  /** By the gateway's clock. */
  readonly startedAt: number;
  /** False for what asked no model, and for the refusal of somebody who is not known. */
  isCall = false;
  /** Undefined when it was refused before it was understood. */
  request: RequestFacts | undefined = undefined;
  principal: Principal | undefined = undefined;
  /** What was asked for, as far as it was read. */
  facts: Pick<RequestFacts, 'operation' | 'model' | 'stream'> | undefined = undefined;
  target: TargetName | undefined = undefined;
  /** The place of the upstream's key in its list. */
  key: number | undefined = undefined;
  status = 499;
  error: GatewayError | undefined = undefined;
  attempts = 0;
  /** Those of them that went on with a stream that had broken off. */
  continuations = 0;
  usage: Usage | undefined = undefined;
  /** Nano-dollars. */
  cost: number | undefined = undefined;
  priceSource: LedgerEntry['priceSource'] = undefined;
  saved: number | undefined = undefined;
  milliseconds = 0;
  firstByteMilliseconds: number | undefined = undefined;
  cache: CacheOutcome | undefined = undefined;
  tags: readonly string[] = none;
  dropped: string | undefined = undefined;
  adjusted: string | undefined = undefined;
  redacted: Record<string, number> | undefined = undefined;
  notes: Record<string, string> | undefined = undefined;
  traceless = false;
  /** See `LedgerEntry`. */
  steps: LedgerEntry['steps'] = undefined;

  constructor(id: string, requestId: string | undefined, startedAt: number) {
    this.id = id;
    this.requestId = requestId;
    this.startedAt = startedAt;
  }
}
