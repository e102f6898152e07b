import { randomUUID } from 'node:crypto';
import type { BudgetDesk } from './access/budget-desk.ts';
import type { BudgetHold } from './access/held.ts';
import { RecentMap } from './access/recent-map.ts';
import { wordWarnings } from './access/soft-limits.ts';
import type { Targets } from './create-targets.ts';
import { type MostCost, mostCost } from './dialects/most-cost.ts';
import { GatewayError } from './errors.ts';
import type { Asker, Plan } from './plan-call.ts';
import type { Call, HeldMoney } from './protocol/call.ts';
import { type Clock, wallTime } from './protocol/clock.ts';
import type { Logger } from './protocol/logger.ts';
import type { Principal } from './protocol/principal.ts';
import type { Payer } from './resilience/request-listener.ts';
import type { RequestScope } from './resilience/request-scope.ts';

export interface SpendingParts {
  readonly desk: BudgetDesk;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds after which nobody settles a call's hold any more, and a job's. */
  readonly longest: { readonly call: number; readonly job: number };
}

/** What belongs to the call that is paid for. */
export interface Spender {
  readonly asker: Asker;
  readonly scope: RequestScope;
  /** It outlives its request: who settles the job pays for it. */
  readonly isJob?: boolean | undefined;
  /** The answer may be shorter than what was asked for: it is good for this caller only. */
  readonly onClamped?: (() => void) | undefined;
}

/** Somebody who may not spend any amount. */
interface Limited {
  readonly spender: Spender;
  readonly principal: Principal;
  readonly lines: ReturnType<BudgetDesk['linesOf']>;
  /** When it was asked for: milliseconds since the epoch. */
  readonly now: number;
}

interface Holding {
  readonly bound: Bound;
  readonly limited: Limited;
}

/** What vendors take as the longest answer at least: `Call.limitOutput`. */
const leastOutput = 16;
/** Tokens of an answer of good length, for those who do not say how long it may be. */
const usualOutput = 4096;
/** Whatever nobody can foresee the cost of is let through where anything is left, and paid for when it is known. */
const unforeseen: readonly MostCost[] = [{ prompt: 1, most: 1, outputPrice: undefined }];

/** Sees to it that what calls cost is there before they are sent, and is paid when they are over. */
export class Spending {
  readonly #parts: SpendingParts;
  /** Targets of which it was told that nobody knows their price. */
  readonly #unpriced = new RecentMap<true>(1000);
  /** How holds are called: no other process has the name, and those made one after the other are near each other in an index. */
  readonly #self: string = randomUUID();
  #opened = 0;

  constructor(parts: SpendingParts) {
    this.#parts = parts;
  }

  /**
   * Holds what the call costs at most, at the dearest of the targets that it may go to: at once, where that can be. Where less
   * is left, its answer is made shorter. Undefined where the caller has no budget.
   *
   * @throws GatewayError `VE_BUDGET_EXCEEDED`, `VE_STORE_FAILED`: as a rejection
   */
  open(call: Call, plan: Plan, spender: Spender): Promise<Payment> | Payment | undefined {
    const { principal } = spender.asker;
    if (principal === undefined) return undefined;
    const { desk, targets, clock } = this.#parts;
    const now = wallTime(clock);
    const lines = desk.linesOf(principal, now);
    if (lines.length === 0) return undefined;
    const limited = { spender, principal, lines, now };
    const loading = targets.catalog.load();
    if (loading !== undefined) return loading.then(() => this.#open(call, plan, limited));
    return this.#open(call, plan, limited);
  }

  #open(call: Call, plan: Plan, limited: Limited): Promise<Payment> | Payment {
    const bound = new Bound(call, plan);
    if (bound.hasUnpriced) this.#tellUnpriced(call, plan);
    const holding = this.#hold(bound, limited);
    return holding instanceof Promise
      ? holding.then((hold) => this.#begin(call, hold, { bound, limited }))
      : this.#begin(call, holding, { bound, limited });
  }

  #begin(call: Call, hold: BudgetHold, { bound, limited }: Holding): Promise<Payment> | Payment {
    const { scope, isJob = false } = limited.spender;
    const payment = new Payment(hold);
    if (isJob) call.hold = payment;
    // Whoever has gone by now has spent nothing, and that is settled.
    scope.paidBy(payment);
    const warnings = wordWarnings(hold.warnings);
    if (warnings !== undefined) scope.tell('x-vector-budget-warning', warnings);
    if (hold.granted < bound.most) return this.#clamp(call, hold, { bound, limited }).then(() => payment);
    const tokens = bound.tokensFor(hold.granted);
    if (Number.isSafeInteger(tokens)) call.ceiling = tokens;
    return payment;
  }

  /** The answer is made as short as what is left pays for. @throws GatewayError `VE_BUDGET_EXCEEDED` */
  async #clamp(call: Call, hold: BudgetHold, { bound, limited }: Holding): Promise<void> {
    const { scope, onClamped } = limited.spender;
    const granted = await this.#leaveSome(call, hold, bound);
    const tokens = bound.tokensFor(granted);
    if (granted < bound.most) {
      const wished = call.outputWish().tokens;
      // It cannot be made shorter, so that it does not fit.
      if (!call.limitOutput(tokens)) throw await this.#refusal(bound, limited);
      onClamped?.();
      scope.tell('x-vector-adjusted', `max_tokens: ${wished ?? 'unlimited'} -> ${call.outputLimit}`);
    }
    if (Number.isSafeInteger(tokens)) call.ceiling = tokens;
  }

  /** What is spent there is in no budget: once each. Of what is not read, which names there are is the callers' to choose. */
  #tellUnpriced({ native }: Call, { candidates }: Plan): void {
    if (native !== undefined && native.passing?.isMetered !== true) return;
    for (const { price, target } of candidates.list()) {
      const name = native === undefined ? `${target.upstream}/${target.model}` : target.upstream;
      if (price !== undefined || this.#unpriced.get(name) !== undefined) continue;
      this.#unpriced.set(name, true);
      this.#parts.logger.warn(
        { target: name },
        native === undefined
          ? 'nobody knows what this model costs: it is counted in no budget; say so in `prices`'
          : 'nobody knows what calls in the own words of this upstream cost: they are counted in no budget',
      );
    }
  }

  /** Who says no maximum does not take all that is left: others may ask meanwhile. */
  async #leaveSome(call: Call, hold: BudgetHold, bound: Bound): Promise<number> {
    const { granted } = hold;
    const usual = bound.costWith(usualOutput);
    const saysNone = call.outputWish().tokens === undefined;
    return saysNone && granted > usual ? hold.resize(usual) : granted;
  }

  #hold(bound: Bound, limited: Limited): Promise<BudgetHold> | BudgetHold {
    const { isJob = false } = limited.spender;
    const { desk, longest } = this.#parts;
    const expiresAt = limited.now + (isJob ? longest.job : longest.call);
    return (
      (isJob ? undefined : desk.draw(limited.lines, bound.most, expiresAt)) ??
      this.#holdAlone(bound, limited, expiresAt)
    );
  }

  #holdAlone(
    { least, most }: Pick<Bound, 'least' | 'most'>,
    { spender: { isJob = false }, principal, lines }: Limited,
    expiresAt: number,
  ): Promise<BudgetHold> | BudgetHold {
    const id = `${this.#self}-${this.#opened++}`;
    const hold = this.#parts.desk.hold({ id, principal, lines, prompt: least, most, expiresAt, isJob });
    if (hold === undefined) throw new TypeError('the caller has no budget any more');
    return hold;
  }

  /** As it would have been refused, had it been known before that it takes all of it. */
  async #refusal({ most }: Bound, limited: Limited): Promise<unknown> {
    try {
      const { clock, longest } = this.#parts;
      const hold = await this.#holdAlone({ least: most, most }, limited, wallTime(clock) + longest.call);
      hold.refund();
      return new GatewayError('VE_BUDGET_EXCEEDED', { retryAfter: 1000 });
    } catch (error) {
      return error;
    }
  }
}

/** What was held for a call, and what it has cost so far. */
export class Payment implements Payer, HeldMoney {
  readonly #hold: BudgetHold;
  #cost = 0;
  isCarried = false;

  constructor(hold: BudgetHold) {
    this.#hold = hold;
  }

  /** Of a job's; nobody asks for another. */
  get id(): string {
    return this.#hold.id ?? '';
  }

  pay(cost: number): void {
    this.#cost += cost;
  }

  requestEnded(): void {
    if (!this.isCarried) this.#hold.settle(this.#cost);
  }

  /** Whether there is enough to go on at the targets of another plan as well. @throws GatewayError `VE_STORE_FAILED` */
  async covers(call: Call, plan: Plan): Promise<boolean> {
    const { most } = new Bound(call, plan);
    const wanted = this.#cost + most;
    return (await this.#hold.resize(wanted)) >= wanted;
  }
}

/**
 * What a call can cost at any of the targets that it may go to: one of them may read dearly, and another write dearly. Twice as
 * much where two may be asked at once.
 */
class Bound {
  readonly most: number;
  /** Nobody knows what one of the targets costs. */
  readonly hasUnpriced: boolean;
  readonly #costs: readonly MostCost[];
  readonly #call: Call;
  readonly #atOnce: number;

  constructor(call: Call, { candidates, hedging }: Plan) {
    this.#atOnce = hedging === undefined ? 1 : 2;
    this.#call = call;
    const found: MostCost[] = [];
    let dearest = 0;
    let hasUnpriced = false;
    for (const { price, target, window, maxOutput } of candidates.list()) {
      hasUnpriced ||= price === undefined;
      if (price === undefined) continue;
      const cost = mostCost(call, price, { model: target.model, window, maxOutput });
      if (cost.most <= 0) continue;
      found.push(cost);
      dearest = Math.max(dearest, cost.most);
    }
    this.hasUnpriced = hasUnpriced;
    this.#costs = found.length > 0 ? found : unforeseen;
    this.most = this.#atOnce * (found.length > 0 ? dearest : 1);
  }

  /** With the shortest answer that can be asked for. */
  get least(): number {
    return this.costWith(leastOutput);
  }

  /** Of each answer so many tokens. */
  costWith(tokens: number): number {
    const { answers } = this.#call.outputWish();
    let dearest = 0;
    for (const { prompt, most, outputPrice } of this.#costs) {
      const cost =
        outputPrice === undefined
          ? most
          : Math.min(most, Math.ceil(prompt + (tokens * answers * outputPrice) / 1_000_000));
      dearest = Math.max(dearest, cost);
    }
    return this.#atOnce * dearest;
  }

  /** Tokens of all answers that so much pays for, wherever they are written; Infinity where they cost nothing. */
  tokensFor(amount: number): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (const { prompt, outputPrice = 0 } of this.#costs) {
      if (outputPrice === 0) continue;
      const tokens = Math.floor(((amount / this.#atOnce - prompt) / outputPrice) * 1_000_000);
      fewest = Math.min(fewest, tokens);
    }
    return fewest;
  }
}
