import type { VNode } from 'preact';
import { ApiError } from '../api.ts';
import { useLocale } from '../locale.ts';
import { href } from '../router.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { useQuery } from '../use-query.ts';
import { BudgetBars } from './budget-bars.ts';
import { sharesOf } from './budget-shares.ts';
import type { NearAnswer, NearBudget } from './key-shapes.ts';

/** Milliseconds between two looks. */
const pace = 15_000;

/** Who has little left, the nearest to a limit first. Nothing where nothing is limited. */
export function NearLimits({ version }: { readonly version: number }): VNode | null {
  const { words } = useLocale();
  const said = words.keys;
  const { data, error, reload } = useQuery<NearAnswer>('admin/budgets/near', {}, { every: pace, version });
  if (data === undefined) {
    const isOff = error instanceof ApiError && error.status === 404;
    return error === undefined || isOff ? null : html`<${ErrorBox} error=${error} onRetry=${reload} />`;
  }
  return html`<section class="card near" aria-label=${said.near}>
    <header class="card-head"><h2>${said.near}</h2></header>
    ${
      data.data.length === 0
        ? html`<p class="hint">${said.nearNone}. ${said.nearNoneText}</p>`
        : html`<ul class="near-list" role="list">
            ${data.data.map(
              (one) => html`<li key=${`${one.of} ${one.id}`}>
                <a href=${one.of === 'key' ? href('keys', { key: one.id }) : href('keys', { at: one.id })}>
                  ${one.of === 'key' ? one.name : one.id}
                </a>
                <${BudgetBars} budgets=${nearest(one)} name=${one.name} />
              </li>`,
            )}
          </ul>`
    }
  </section>`;
}

/** Those of its budgets that are why it stands here. */
function nearest({ budgets }: NearBudget): NearBudget['budgets'] {
  const near = budgets.filter((budget) => sharesOf(budget).level !== 'fine');
  return near.length > 0 ? near : budgets;
}
