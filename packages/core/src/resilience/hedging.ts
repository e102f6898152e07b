import { bufferOf } from '../protocol/buffer-of.ts';
import type { Call, Operation } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { HedgeSettings } from '../protocol/hedge-settings.ts';
import type { Candidate } from './candidate.ts';

/** Extra attempts that can be saved up in quiet times: a burst of more would be load where there is trouble already. */
const savings = 10;
/** What may be asked twice: it is generated anew each time, and nothing of it stays. */
const repeatable: ReadonlySet<Operation> = new Set(['chat', 'completions', 'embeddings']);

/** When a second target is asked beside the first, and how often: every call earns a part of an extra attempt. */
export class Hedging {
  readonly clock: Clock;
  readonly #settings: HedgeSettings;
  #tokens = 0;

  constructor(settings: HedgeSettings, clock: Clock) {
    this.#settings = settings;
    this.clock = clock;
  }

  /** Whether another target may be asked the same while this one is still at it. */
  allows(call: Call): boolean {
    return repeatable.has(call.operation) && !call.isStored && !call.isBackground;
  }

  /** One call more that may need a second attempt. */
  earn(): void {
    this.#tokens = Math.min(savings, this.#tokens + this.#settings.share);
  }

  /** Whether a second attempt may be made; it is paid with this. */
  spend(): boolean {
    // A twentieth twenty times is not quite one.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens--;
    return true;
  }

  /** Milliseconds after which the candidate is slow; undefined while that is not known. */
  patience(candidate: Candidate, stream: boolean): number | undefined {
    const { after, minimum } = this.#settings;
    if (after !== undefined) return after;
    const usual = candidate.usualWait?.(stream);
    return usual === undefined ? undefined : Math.max(minimum, usual);
  }
}

/** One for each settings, however many models share them. */
export class Hedgings {
  readonly #usual: HedgeSettings | undefined;
  readonly #clock: Clock;
  readonly #made = new Map<HedgeSettings, Hedging>();

  /** `usual`: where a model says nothing itself. */
  constructor(usual: HedgeSettings | undefined, clock: Clock) {
    this.#usual = usual;
    this.#clock = clock;
  }

  /** `own`: what the model says. Undefined where a slow target is waited for. */
  of(own: HedgeSettings | false | undefined): Hedging | undefined {
    const settings = own ?? this.#usual;
    if (settings === undefined || settings === false) return undefined;
    let hedging = this.#made.get(settings);
    if (hedging === undefined) this.#made.set(settings, (hedging = new Hedging(settings, this.#clock)));
    return hedging;
  }
}

const store = Buffer.from('"store"');

/**
 * Whether an answer is to be kept at the provider's: twice asked, it would be kept twice. Of Responses it is known
 * without; a chat completion says so in its body. Looked for only when a second attempt is about to be made.
 */
export function asksToStore({ bytes }: Call): boolean {
  const body = bufferOf(bytes);
  for (let at = body.indexOf(store); at >= 0; at = body.indexOf(store, at + 1)) {
    const behind = body.toString('latin1', at + store.length, at + store.length + 32);
    if (/^\s*:\s*true/.test(behind)) return true;
  }
  return false;
}
