import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { href } from '../router.ts';
import { Button } from '../ui/button.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { toast } from '../ui/toast.ts';
import { useAct } from '../use-act.ts';
import { useQuery } from '../use-query.ts';
import { BudgetBars } from './budget-bars.ts';
import type { TopUpOwner } from './budget-tree.ts';
import { EditKey } from './edit-key.ts';
import { DeleteKey, DisableKey, keyUrl, RotateKey } from './key-acts.ts';
import type { BudgetState, KeyInfo, ShownKey } from './key-shapes.ts';
import { KeyStateBadge, useLimitsText } from './key-table.ts';

export interface KeyDetailProps {
  readonly id: string;
  /** Another one: what is shown is asked for anew. */
  readonly version: number;
  /** Something of it is another by now. */
  readonly onChanged: () => void;
  readonly onShown: (made: ShownKey) => void;
  readonly onTopUp: (owner: TopUpOwner) => void;
  readonly onClose: () => void;
}

/** All that is kept of one key, and what can be done to it. */
export function KeyDetail(props: KeyDetailProps): VNode {
  const { id, version, onClose } = props;
  const { words, fill } = useLocale();
  const asked = useQuery<KeyInfo>(keyUrl(id), {}, { version });
  const info = asked.data;
  return html`<${Dialog}
    look="panel"
    title=${fill(words.keys.detail, { name: info?.name ?? '' })}
    onClose=${onClose}
    actions=${info !== undefined && html`<${Acts} info=${info} detail=${props} />`}
  >
    ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
    ${info === undefined && asked.error === undefined && html`<${Skeleton} width=${20} />`}
    ${info !== undefined && html`<${Facts} info=${info} /><${OwnBudgets} info=${info} detail=${props} />`}
  <//>`;
}

function Facts({ info }: { readonly info: KeyInfo }): VNode {
  const { words, format, fill } = useLocale();
  const said = words.keys;
  const limitsOf = useLimitsText();
  const list = (values: readonly string[] | undefined): string | undefined =>
    values === undefined ? undefined : format.list(values);
  const facts: readonly (readonly [name: string, value: ComponentChildren])[] = [
    [said.id, html`<code class="long">${info.id}</code> <${CopyButton} text=${info.id} isCompact />`],
    [said.hint, html`<code>${info.hint}</code>`],
    [said.path, info.path],
    [said.tenant, info.tenant],
    [said.limits, limitsOf(info)?.join(' · ') ?? said.unlimited],
    [said.models, list(info.models)],
    [said.operations, list(info.operations)],
    [said.addresses, list(info.addresses)],
    [said.regions, list(info.regions)],
    [said.tags, list(info.tags)],
    [said.roles, list(info.roles)],
    [said.expires, info.expiresAt === undefined ? said.never : format.dateTime(info.expiresAt)],
    [said.createdAt, format.dateTime(info.createdAt)],
    [said.updatedAt, format.dateTime(info.updatedAt)],
  ];
  const isGraceOn = info.previousUntil !== undefined && info.previousUntil > Date.now();
  return html`<p><${KeyStateBadge} info=${info} /> <a href=${href('calls', { key: info.id })}>${said.calls}</a></p>
    ${isGraceOn && html`<p class="notice warning">${fill(said.graceUntil, { when: format.dateTime(info.previousUntil) })}</p>`}
    ${info.traceless === true && html`<p class="hint">${said.traceless}</p>`}
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          value !== undefined && html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`,
      )}
    </dl>`;
}

/** Its own, and those of the places that it is at. */
function OwnBudgets({
  info,
  detail,
}: {
  readonly info: KeyInfo;
  readonly detail: KeyDetailProps;
}): VNode | null {
  const { words } = useLocale();
  const { data, error, reload } = useQuery<{ readonly data: readonly BudgetState[] }>(
    `admin/budgets/${encodeURIComponent(info.id)}`,
    { of: 'key' },
    { version: detail.version },
  );
  if (error !== undefined && data === undefined)
    return html`<${ErrorBox} error=${error} onRetry=${reload} />`;
  const budgets = data?.data ?? [];
  if (budgets.length === 0) return null;
  const owners = Map.groupBy(budgets, ({ path }) => path ?? info.name);
  const hasCredit = budgets.some(({ window, path }) => window === 'credit' && path === undefined);
  return html`<h3>${words.keys.budgets}</h3>
    ${[...owners].map(
      ([owner, ofIt]) => html`<section key=${owner} class="owner-budgets" aria-label=${owner}>
        <h4>${owner}</h4>
        <${BudgetBars} budgets=${ofIt} name=${owner} />
      </section>`,
    )}
    ${
      hasCredit &&
      html`<${Button}
        icon="plus"
        onClick=${() => detail.onTopUp({ of: 'key', id: info.id, name: info.name })}
      >
        ${words.keys.topUp}
      <//>`
    }`;
}

type Asked = 'edit' | 'rotate' | 'disable' | 'delete';

function Acts({ info, detail }: { readonly info: KeyInfo; readonly detail: KeyDetailProps }): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  const [asked, ask] = useState<Asked>();
  const { isBusy, error, run } = useAct();
  const close = (): void => ask(undefined);
  const changed = (): void => {
    close();
    detail.onChanged();
  };
  const enable = async (): Promise<void> => {
    await send(keyUrl(info.id, 'enable'));
    toast(fill(said.enabled, { name: info.name }));
    detail.onChanged();
  };
  return html`
    <${Button} onClick=${() => ask('edit')}>${said.edit}<//>
    <${Button} onClick=${() => ask('rotate')}>${said.rotate}<//>
    ${
      info.disabledAt === undefined
        ? html`<${Button} onClick=${() => ask('disable')}>${said.disable}<//>`
        : html`<${Button} isBusy=${isBusy} onClick=${() => void run(enable)}>${said.enable}<//>`
    }
    <${Button} look="danger" onClick=${() => ask('delete')}>${said.delete}<//>
    ${error !== undefined && html`<${ErrorBox} error=${error} />`}
    ${asked === 'edit' && html`<${EditKey} info=${info} onSaved=${changed} onClose=${close} />`}
    ${asked === 'disable' && html`<${DisableKey} info=${info} onDone=${changed} onClose=${close} />`}
    ${
      asked === 'rotate' &&
      html`<${RotateKey}
        info=${info}
        onClose=${close}
        onDone=${(made: ShownKey) => {
          changed();
          detail.onShown(made);
        }}
      />`
    }
    ${
      asked === 'delete' &&
      html`<${DeleteKey}
        info=${info}
        onClose=${close}
        onDone=${() => {
          detail.onClose();
          detail.onChanged();
        }}
      />`
    }
  `;
}
