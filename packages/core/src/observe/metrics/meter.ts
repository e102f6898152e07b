import type { GatewayError } from '../../errors.ts';
import type { TargetName } from '../../protocol/call.ts';
import type { TaskEvent } from '../../protocol/events.ts';
import type { Outcome } from '../../protocol/layer.ts';
import { tenantOf } from '../../protocol/principal.ts';
import type { RequestStory } from '../request-story.ts';
import { BoundedNames, noName } from './bounded-names.ts';
import { AttemptCounts } from './count-attempts.ts';
import { CallCounts } from './count-calls.ts';
import { TenantCounts } from './count-tenants.ts';
import { counter, type Family } from './family.ts';
import { Tally } from './tally.ts';

export interface MeterParts {
  /** Whether the name of a model is one that the gateway serves; callers can make up others. */
  readonly isServed: (model: string) => boolean;
  /** See `AttemptCounts`. */
  readonly nameOf: (target: TargetName) => TargetName;
  /** The most models, and tenants, that have a label of their own. 0: tenants are not told apart. */
  readonly models: number;
  readonly tenants: number;
}

/** Kinds of what is hidden that have a label of their own; an operator's function can name others. */
const mostKinds = 100;

/** What is counted while calls are served: numbers that maps lead to, and that are read when somebody asks. */
export class Meter {
  readonly #calls: CallCounts;
  readonly #attempts: AttemptCounts;
  readonly #tenants: TenantCounts | undefined;
  readonly #errors = new Tally(['operation', 'code']);
  readonly #limits = new Tally(['of', 'limit']);
  readonly #jobs = new Tally(['operation', 'state']);
  readonly #redactions = new Map<string, number>();
  readonly #kinds = new BoundedNames(() => true, mostKinds);

  constructor({ isServed, nameOf, models, tenants }: MeterParts) {
    this.#calls = new CallCounts(new BoundedNames(isServed, models));
    this.#attempts = new AttemptCounts(nameOf);
    this.#tenants = tenants === 0 ? undefined : new TenantCounts(tenants);
  }

  attempted(target: TargetName, outcome: Outcome, milliseconds: number): void {
    this.#attempts.add(target, outcome, milliseconds);
  }

  /** A request is over. */
  ended(story: RequestStory): void {
    const { error, redacted, isCall } = story;
    if (isCall) {
      this.#calls.add(story);
      this.#tenants?.add(story);
    }
    if (error !== undefined) this.#failed(story, error);
    if (redacted === undefined) return;
    for (const [name, count] of Object.entries(redacted)) {
      const kind = this.#kinds.of(name);
      this.#redactions.set(kind, (this.#redactions.get(kind) ?? 0) + count);
    }
  }

  /** A job came to another state, or what it cost was settled. */
  jobChanged({ operation, model, state, target, owner, cost, isSettled }: TaskEvent): void {
    // Of what is settled, the state was told before.
    if (!isSettled) return this.#jobs.add(operation, state);
    if (cost === undefined) return;
    this.#calls.addCost(operation, { model, upstream: target?.upstream ?? noName }, cost);
    this.#tenants?.addCost(tenantOf(owner), cost);
  }

  families(): readonly Family[] {
    return [
      ...this.#calls.families(),
      ...this.#attempts.families(),
      ...(this.#tenants?.families() ?? []),
      counter(
        'vector_errors_total',
        'Requests that were refused or came to nothing, by code; those of strangers, too.',
        () => this.#errors.samples(),
      ),
      counter(
        'vector_limit_refusals_total',
        'Requests that a limit refused, by what it counts and whose it is.',
        () => this.#limits.samples(),
      ),
      counter('vector_redactions_total', 'Things that were hidden from upstreams, by kind.', () =>
        [...this.#redactions].map(([kind, value]) => ({ labels: { kind }, value })),
      ),
      counter('vector_jobs_total', 'Jobs that came to a state in this process.', () => this.#jobs.samples()),
    ];
  }

  #failed({ facts }: RequestStory, { code, details: { rateLimit } }: GatewayError): void {
    this.#errors.add(facts?.operation ?? noName, code);
    if (rateLimit !== undefined) this.#limits.add(rateLimit.of, rateLimit.counted);
  }
}
