import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import { toast } from '../ui/toast.ts';
import { useAct } from '../use-act.ts';
import { readNumber } from './budget-fields.ts';
import type { TopUpOwner } from './budget-tree.ts';
import type { BudgetState } from './key-shapes.ts';
import { makePaymentId } from './pay-once.ts';

export interface TopUpProps {
  readonly owner: TopUpOwner;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Pays into a credit. However often it is sent while the form is open, it is one payment. */
export function TopUp({ owner, onDone, onClose }: TopUpProps): VNode {
  const { words, format, fill } = useLocale();
  const said = words.keys;
  const [amount, setAmount] = useState('');
  const [id] = useState(() => makePaymentId());
  const [isTried, setTried] = useState(false);
  const { isBusy, error, run } = useAct();
  // Nobody knows whether it was paid in: the same payment can be sent again, another amount under its name cannot.
  const isUnsure = error !== undefined && !(error instanceof ApiError);
  const dollars = readNumber(amount);
  const isRight = dollars !== undefined && Number.isFinite(dollars) && dollars !== 0;
  const pay = async (): Promise<void> => {
    const state = await send<BudgetState>(`admin/budgets/${encodeURIComponent(owner.id)}`, {
      params: owner.of === 'key' ? { of: 'key' } : {},
      body: { dollars, id },
    });
    toast(fill(said.toppedUp, { dollars: format.money(dollars), left: format.money(state.left) }));
    onDone();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (isRight) void run(pay);
  };
  return html`<${Dialog}
    title=${fill(said.topUpTitle, { name: owner.name })}
    onClose=${onClose}
    isFirm
    actions=${html`
      <${Button} onClick=${onClose}>${words.ui.cancel}<//>
      <${Button} look="primary" type="submit" form="top-up" isBusy=${isBusy}>${said.topUp}<//>
    `}
  >
    <form id="top-up" novalidate onSubmit=${submit}>
      <p>${said.topUpText}</p>
      <${Field}
        label=${said.amount}
        hint=${said.amountHint}
        value=${amount}
        isDisabled=${isUnsure}
        error=${isTried && !isRight ? said.errorAmount : undefined}
        onInput=${setAmount}
      />
      <p class="hint">${said.paymentId}: <code class="long">${id}</code></p>
      ${error !== undefined && html`<${ErrorBox} error=${error} />`}
    </form>
  <//>`;
}
