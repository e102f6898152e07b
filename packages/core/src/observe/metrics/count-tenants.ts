import type { RequestStory } from '../request-story.ts';
import { BoundedNames } from './bounded-names.ts';
import { counter, type Family, type Labels, type Sample } from './family.ts';

interface TenantSlot {
  readonly labels: Labels;
  calls: number;
  input: number;
  output: number;
  /** Nano-dollars. */
  cost: number;
}

/** What tenants ask for: the first so many, and all others together. */
export class TenantCounts {
  readonly #names: BoundedNames;
  readonly #slots = new Map<string, TenantSlot>();

  constructor(most: number) {
    this.#names = new BoundedNames(() => true, most);
  }

  add({ principal, usage, cost }: RequestStory): void {
    const slot = this.#slot(principal?.tenant);
    slot.calls++;
    slot.input += usage?.inputTokens ?? 0;
    slot.output += usage?.outputTokens ?? 0;
    slot.cost += cost ?? 0;
  }

  /** Of a job, which its request did not know yet. */
  addCost(tenant: string | undefined, cost: number): void {
    this.#slot(tenant).cost += cost;
  }

  families(): readonly Family[] {
    return [
      counter('vector_tenant_calls_total', 'Calls that are over, by tenant.', () =>
        this.#each(({ labels, calls }) => [{ labels, value: calls }]),
      ),
      counter('vector_tenant_tokens_total', 'Tokens of calls, by tenant.', () =>
        this.#each(({ labels, input, output }) => [
          { labels: { ...labels, kind: 'input' }, value: input },
          { labels: { ...labels, kind: 'output' }, value: output },
        ]),
      ),
      counter(
        'vector_tenant_cost_dollars_total',
        'What calls and jobs have cost, in dollars, by tenant.',
        () => this.#each(({ labels, cost }) => [{ labels, value: cost / 1e9 }]),
      ),
    ];
  }

  #slot(name: string | undefined): TenantSlot {
    const tenant = this.#names.of(name);
    let slot = this.#slots.get(tenant);
    if (slot === undefined)
      this.#slots.set(tenant, (slot = { labels: { tenant }, calls: 0, input: 0, output: 0, cost: 0 }));
    return slot;
  }

  #each(read: (slot: TenantSlot) => Sample[]): Sample[] {
    return [...this.#slots.values()].flatMap(read);
  }
}
