import type { Modality } from './catalog/modality.ts';
import { findModality } from './catalog/said-facts.ts';
import type { TargetName } from './protocol/call.ts';
import { resolveModel, targetsOf } from './routing/resolve-model.ts';
import type { Settings } from './settings/settings.ts';

/** What the models are for that callers can name. */
export class Modalities {
  readonly #settings: Settings;
  /** Of the names that the options have; finding one out takes as long as a small call. */
  readonly #known = new Map<string, Modality>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** What a model that callers name is for: undefined where a function says which model serves, or none is there. */
  of(name: string): Modality | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const modality = this.#find(name);
    if (modality !== undefined && this.#settings.routing.models.has(name)) this.#known.set(name, modality);
    return modality;
  }

  #find(name: string): Modality | undefined {
    const [first] = this.#reached(name);
    const upstream = first && this.#settings.upstreams[first.upstream];
    return upstream && findModality(this.#settings.catalog, { ...first, vendor: upstream.vendor });
  }

  /** Some of the models that callers can name and that are for this. */
  namesOf(modality: Modality, most: number): readonly string[] {
    const names: string[] = [];
    for (const name of this.#settings.routing.models.keys()) {
      if (names.length === most) break;
      if (this.of(name) === modality) names.push(name);
    }
    return names;
  }

  /** Whether a model that callers name leads to such a target. */
  reaches(name: string, isIt: (target: TargetName) => boolean): boolean {
    return this.#reached(name).some(isIt);
  }

  #reached(name: string): readonly TargetName[] {
    try {
      return targetsOf(resolveModel(this.#settings.routing, name));
    } catch {
      // Whoever plans the call says so.
      return [];
    }
  }
}
