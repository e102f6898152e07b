import type { GatewayErrorCode } from '../../errors.ts';
import type { TargetName } from '../../protocol/call.ts';
import type { Outcome } from '../../protocol/layer.ts';
import { otherName } from './bounded-names.ts';
import { Buckets } from './buckets.ts';
import { counter, type Family } from './family.ts';

/** Seconds. */
const durations = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300];
const outcomes = ['success', 'failure', 'neutral'] as const;

interface AttemptSlot {
  readonly labels: { readonly upstream: string; readonly model: string };
  readonly counts: Record<(typeof outcomes)[number], number>;
  readonly duration: Buckets;
  readonly errors: Map<GatewayErrorCode, number>;
}

/** Attempts by target. */
export class AttemptCounts {
  readonly #nameOf: (target: TargetName) => TargetName;
  readonly #slots = new Map<string, Map<string, AttemptSlot>>();

  /** `nameOf`: the target under the name that its operator knows, with `*` for models that callers have made up. */
  constructor(nameOf: (target: TargetName) => TargetName) {
    this.#nameOf = nameOf;
  }

  add(target: TargetName, { health, error }: Outcome, milliseconds: number): void {
    const slot = this.#slots.get(target.upstream)?.get(target.model) ?? this.#make(target);
    slot.counts[health]++;
    slot.duration.observe(milliseconds / 1000);
    if (error !== undefined) slot.errors.set(error.code, (slot.errors.get(error.code) ?? 0) + 1);
  }

  families(): readonly Family[] {
    return [
      counter('vector_attempts_total', 'Attempts at upstreams that are over, by how they ended.', () =>
        this.#all().flatMap(({ labels, counts }) =>
          outcomes.map((outcome) => ({ labels: { ...labels, outcome }, value: counts[outcome] })),
        ),
      ),
      counter('vector_attempt_errors_total', 'Attempts at upstreams that came to nothing, by code.', () =>
        this.#all().flatMap(({ labels, errors }) =>
          [...errors].map(([code, value]) => ({ labels: { ...labels, code }, value })),
        ),
      ),
      {
        name: 'vector_attempt_duration_seconds',
        help: 'Seconds that attempts at upstreams took, streams to their end.',
        type: 'histogram',
        read: () =>
          this.#all().flatMap(({ labels, duration }) =>
            duration.samples('vector_attempt_duration_seconds', labels),
          ),
      },
    ];
  }

  #all(): readonly AttemptSlot[] {
    return [...this.#slots.values()].flatMap((models) => [...models.values()]);
  }

  /** Under the operator's name: what callers make up is never a key here. */
  #make(target: TargetName): AttemptSlot {
    const { upstream, model } = this.#nameOf(target);
    let models = this.#slots.get(upstream);
    if (models === undefined) this.#slots.set(upstream, (models = new Map()));
    let slot = models.get(model);
    if (slot === undefined) {
      const counts = { success: 0, failure: 0, neutral: 0 };
      const labels = { upstream, model: labelOf(model) };
      models.set(model, (slot = { labels, counts, duration: new Buckets(durations), errors: new Map() }));
    }
    return slot;
  }
}

/** A target's model as a label. */
export function labelOf(model: string): string {
  return model === '*' ? otherName : model;
}
