import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Badge } from '../ui/badge.ts';
import { Bar } from '../ui/bar.ts';
import { html } from '../ui/html.ts';
import { sharesOf } from './budget-shares.ts';
import type { BudgetState } from './key-shapes.ts';

/** What is spent, held and left of each budget. `name`: whose they are. */
export function BudgetBars({
  budgets,
  name,
}: {
  readonly budgets: readonly BudgetState[];
  readonly name: string;
}): VNode {
  return html`<div class="budget-bars">
    ${budgets.map((budget, at) => html`<${BudgetBar} key=${at} budget=${budget} name=${name} />`)}
  </div>`;
}

/** Dollars: for what nobody knows the price of, a nano-dollar is held. */
const leastShown = 1e-6;

function BudgetBar({ budget, name }: { readonly budget: BudgetState; readonly name: string }): VNode {
  const { words, format, fill } = useLocale();
  const said = words.keys;
  const { limit, spent, held, left, resetsAt } = budget;
  const { level } = sharesOf(budget);
  const isHeld = held >= leastShown;
  const window = said.windows[budget.window];
  const text = fill(isHeld ? said.bar : said.barNoHeld, {
    spent: format.money(spent),
    limit: format.money(limit),
    held: format.money(held),
    left: format.money(left),
  });
  return html`<div class="budget-bar">
    <span class="budget-window">${window}</span>
    <${Bar} spent=${spent} held=${held} limit=${limit} label=${fill(said.barLabel, { window, name })} text=${text} />
    <span class="budget-text">
      ${format.money(spent)}${isHeld && html` <span class="hint">+ ${format.money(held)}</span>`} / ${format.money(limit)}
      ${level !== 'fine' && html` <${Badge} tone=${level === 'over' ? 'bad' : 'warning'}>${level === 'over' ? said.over : said.nearLimit}<//>`}
      ${resetsAt !== undefined && html` <span class="hint" title=${format.dateTime(resetsAt)}>${fill(said.resets, { when: format.ago(resetsAt, Date.now()) })}</span>`}
    </span>
  </div>`;
}
