import type { Budgets } from '../access/budgets.ts';
import type { AdminOperation } from '../http/route-table.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Ledger } from '../protocol/ledger.ts';
import type { ModelCard } from '../protocol/model-card.ts';
import type { Principal } from '../protocol/principal.ts';
import type { BudgetTree } from './budget-tree.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import type { TaskAdmin } from './job-desk.ts';
import type { LiveDesk } from './live-desk.ts';
import type { UpstreamDesk } from './upstream-desk.ts';
import type { UsageDesk } from './usage-desk.ts';

/** A model, with where it is asked. */
export interface ListedModel extends Pick<ModelCard, 'id' | 'modality' | 'window' | 'capabilities'> {
  readonly targets: readonly { readonly upstream: string; readonly model: string }[];
}

export interface AdminParts {
  /** See the option. */
  readonly admin: ((principal: Principal, request: unknown) => boolean | Promise<boolean>) | undefined;
  readonly keys: GatewayKeys;
  /** Undefined where nothing is written down. */
  readonly ledger: Ledger | undefined;
  readonly usage: UsageDesk;
  /** Undefined where nothing is limited. */
  readonly budgets: Budgets | undefined;
  readonly tree: Pick<BudgetTree, 'children' | 'near'>;
  readonly upstreams: UpstreamDesk;
  readonly jobs: Pick<TaskAdmin, 'list' | 'get' | 'cancel'>;
  readonly live: LiveDesk;
  readonly clock: Clock;
  /** Undefined where nothing is measured. */
  readonly metrics: (() => Promise<Answer>) | undefined;
  readonly models: () => Promise<readonly ListedModel[]>;
  /** Where a chat request would go. Rejects with what it would be refused with. */
  readonly explain: (body: Buffer, principal: Principal | undefined) => Promise<object>;
}

export interface AdminQuestion {
  readonly operation: AdminOperation;
  /** What stood in the path for a name. */
  readonly id: string;
  /** Behind the question mark. */
  readonly query: string;
  /** Where the operator has reached the gateway, see `Exchange.base`. */
  readonly base: string;
  readonly principal: Principal | undefined;
  readonly hostRequest: unknown;
  readonly read: () => Promise<Buffer>;
}
