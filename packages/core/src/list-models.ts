import { type Capability, capabilitiesOf } from './catalog/capabilities.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Modality } from './catalog/modality.ts';
import { findModality, findSunset, type ModelPlace } from './catalog/said-facts.ts';
import type { TargetName } from './protocol/call.ts';
import type { Logger } from './protocol/logger.ts';
import type { ModelCard } from './protocol/model-card.ts';
import { type RoutedModel, resolveModel, targetsOf } from './routing/resolve-model.ts';
import type { Settings } from './settings/settings.ts';

/** A model that callers can name. */
export interface Model<Name extends string = string> {
  readonly id: Name;
  /** What it is for. */
  readonly modality: Modality;
  /** In the order in which they are tried. */
  readonly targets: readonly { readonly upstream: string; readonly model: string }[];
}

/** Looking one up takes a third of a millisecond: others' requests need not wait for hundreds. */
const atOnce = 20;

/** Node's own, whatever a test of the host's puts in its place later. */
const schedule = setImmediate;
const nextTurn = (): Promise<void> => new Promise((resolve) => void schedule(resolve));

/** What there is to list. */
export class ModelList {
  readonly #settings: Settings;
  readonly #catalog: Catalog;
  readonly #created: number;
  readonly models: readonly Model[];
  #cards: Promise<readonly ModelCard[]> | undefined;

  constructor(settings: Settings, catalog: Catalog) {
    this.#settings = settings;
    this.#catalog = catalog;
    this.#created = Math.floor(settings.clock.now() / 1000);
    this.models = [...settings.routing.models].map(([id, routed]) => {
      const targets = targetsOf(routed).map(({ upstream, model }) => ({ upstream, model }));
      return { id, modality: this.#modalityOf(id, targets[0]), targets };
    });
  }

  /** Every model that callers can name, addresses apart. */
  cards(): Promise<readonly ModelCard[]> {
    this.#cards ??= this.#describeAll();
    return this.#cards;
  }

  /** The same, with where they are asked. */
  async described(): Promise<readonly (ModelCard & Pick<Model, 'targets'>)[]> {
    const cards = await this.cards();
    return cards.map((card, index) => ({ ...card, targets: this.models[index]?.targets ?? [] }));
  }

  /** Rejects with GatewayError `VE_MODEL_NOT_FOUND`. */
  async card(id: string): Promise<ModelCard> {
    const routed = resolveModel(this.#settings.routing, id);
    await this.#catalog.load();
    return this.#describe(id, routed);
  }

  async #describeAll(): Promise<readonly ModelCard[]> {
    // Windows are in the catalogue; it is loaded with the first question.
    await this.#catalog.load();
    const cards: ModelCard[] = [];
    for (const [id, routed] of this.#settings.routing.models) {
      cards.push(this.#describe(id, routed));
      if (cards.length % atOnce === 0) await nextTurn();
    }
    return cards;
  }

  #describe(id: string, routed: RoutedModel): ModelCard {
    const targets = targetsOf(routed);
    const [first] = targets;
    const place = first && this.#placeOf(first);
    const modality = this.#modalityOf(id, first);
    const capabilities = capabilitiesOfChat(modality, first?.model);
    // A question that is too long for one target goes to another.
    const windows = targets.flatMap((target) => this.#windowOf(target) ?? []);
    const sunset = place && findSunset(this.#settings.catalog, place);
    return {
      id,
      created: this.#created,
      ownedBy: place?.vendor ?? 'vector-engine',
      modality,
      ...(windows.length === 0 ? {} : { window: Math.max(...windows) }),
      ...(capabilities === undefined ? {} : { capabilities }),
      ...(sunset === undefined ? {} : { sunset }),
    };
  }

  /** By the name that callers use, where only a function knows who serves. */
  #modalityOf(id: string, target: TargetName | undefined): Modality {
    const place = target && this.#placeOf(target);
    return findModality(this.#settings.catalog, place ?? { upstream: '', vendor: '', model: id });
  }

  #windowOf(target: TargetName): number | undefined {
    const place = this.#placeOf(target);
    return place && this.#catalog.facts(place).window;
  }

  #placeOf({ upstream, model }: TargetName): ModelPlace | undefined {
    const found = this.#settings.upstreams[upstream];
    return found && { upstream, model, vendor: found.vendor, origin: found.origin };
  }
}

function capabilitiesOfChat(
  modality: Modality,
  model: string | undefined,
): readonly Capability[] | undefined {
  return modality === 'chat' && model !== undefined ? capabilitiesOf(model) : undefined;
}

/** Models that their vendors have ended, or soon will: once each, at start. */
export function tellSunsets({ sunsets }: Pick<Settings, 'sunsets'>, logger: Logger): void {
  for (const { isPast, isRemapped, ...fields } of sunsets) {
    if (!isPast) logger.info(fields, 'the vendor of a model will end it soon');
    else if (isRemapped)
      logger.warn(fields, 'the vendor of a model has ended it; its successor is asked instead');
    else logger.warn(fields, 'the vendor of a model has ended it');
  }
}
