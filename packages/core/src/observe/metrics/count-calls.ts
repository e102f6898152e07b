import type { RequestStory } from '../request-story.ts';
import { type BoundedNames, noName } from './bounded-names.ts';
import { CallSlot, outcomes, tokenKinds } from './call-slot.ts';
import { counter, type Family, type OwnFamily, type Sample } from './family.ts';

/** The upstream of answers that no upstream was asked for. */
const fromCache = 'cache';

/** Calls by operation, model and upstream. What a call adds is found with three looks into maps, and nothing is made for it. */
export class CallCounts {
  readonly #models: BoundedNames;
  readonly #slots = new Map<string, Map<string, Map<string, CallSlot>>>();

  /** `models`: as callers name them. */
  constructor(models: BoundedNames) {
    this.#models = models;
  }

  add(story: RequestStory): void {
    const { facts, target, cache } = story;
    const upstream = cache === 'hit' ? fromCache : (target?.upstream ?? noName);
    this.#slot(facts?.operation ?? noName, this.#models.of(facts?.model), upstream).add(story);
  }

  /** What a job has cost, which its request did not know yet. */
  addCost(
    operation: string,
    called: { readonly model: string; readonly upstream: string },
    cost: number,
  ): void {
    this.#slot(operation, this.#models.of(called.model), called.upstream).cost += cost;
  }

  families(): readonly Family[] {
    return [
      counter('vector_calls_total', 'Calls that are over, by how they ended.', () =>
        this.#each(({ labels, calls }) =>
          // Also those that have not been yet: a rate begins with the first.
          outcomes.map((outcome, index) => ({ labels: { ...labels, outcome }, value: calls[index] ?? 0 })),
        ),
      ),
      counter('vector_tokens_total', 'Tokens of calls; no token is of two kinds.', () =>
        this.#each(({ labels, tokens }) =>
          tokenKinds.flatMap((kind, index) => some({ ...labels, kind }, tokens[index])),
        ),
      ),
      counter('vector_cost_dollars_total', 'What calls and jobs have cost, in dollars.', () =>
        this.#each(({ labels, cost }) => some(labels, cost / 1e9)),
      ),
      this.#histogram(
        'vector_call_duration_seconds',
        'Seconds from the first line of a call to the last byte of its answer.',
        'duration',
      ),
      this.#histogram('vector_first_token_seconds', 'Seconds until a streamed answer began.', 'firstToken'),
    ];
  }

  #histogram(name: string, help: string, of: 'duration' | 'firstToken'): OwnFamily {
    return {
      name,
      help,
      type: 'histogram',
      read: () => this.#each((slot) => slot[of].samples(name, slot.labels)),
    };
  }

  #each(read: (slot: CallSlot) => readonly Sample[]): readonly Sample[] {
    return [...this.#slots.values()].flatMap((models) =>
      [...models.values()].flatMap((upstreams) => [...upstreams.values()].flatMap(read)),
    );
  }

  #slot(operation: string, model: string, upstream: string): CallSlot {
    let models = this.#slots.get(operation);
    if (models === undefined) this.#slots.set(operation, (models = new Map()));
    let upstreams = models.get(model);
    if (upstreams === undefined) models.set(model, (upstreams = new Map()));
    let slot = upstreams.get(upstream);
    if (slot === undefined) upstreams.set(upstream, (slot = new CallSlot({ operation, model, upstream })));
    return slot;
  }
}

/** What was never counted is left out. */
function some(labels: Sample['labels'], value: number | undefined): Sample[] {
  return value === undefined || value === 0 ? [] : [{ labels, value }];
}
