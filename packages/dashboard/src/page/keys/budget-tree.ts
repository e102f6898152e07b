import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { useLocale } from '../locale.ts';
import { href } from '../router.ts';
import { Badge } from '../ui/badge.ts';
import { Button } from '../ui/button.ts';
import { CodeBlock } from '../ui/code-block.ts';
import { Empty } from '../ui/empty.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { Icon } from '../ui/icon.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { useQuery } from '../use-query.ts';
import { BudgetBars } from './budget-bars.ts';
import type { BudgetLevelAnswer, BudgetNode, KeyNode } from './key-shapes.ts';

export interface BudgetTreeProps {
  /** The place whose keys are shown below. */
  readonly at: string | undefined;
  readonly onTopUp: (owner: TopUpOwner) => void;
  /** Another one: what is shown is asked for anew. */
  readonly version: number;
}

/** Whose credit is paid into. */
export interface TopUpOwner {
  readonly of: 'path' | 'key';
  readonly id: string;
  readonly name: string;
}

const example = `vectorEngine({
  identify: ({ user }) =>
    user && { tenant: user.company, path: \`\${user.company}/\${user.team}/\${user.id}\` },
  budgets: {
    acme: { limit: 5000 }, // dollars a month
    'acme/*': { limit: 500 }, // each team
    'acme/*/*': { limit: 20, window: 'week' }, // each person
  },
});`;

/** Milliseconds between two looks at what is open. */
const pace = 15_000;

/** The tree of who pays, one level after the other: nested lists that open, each loaded when it is. */
export function BudgetTree(props: BudgetTreeProps): VNode {
  const { words } = useLocale();
  return html`<section class="card" aria-label=${words.keys.tree}>
    <header class="card-head">
      <h2>${words.keys.tree}</h2>
      <p class="hint">${words.keys.treeNote}</p>
    </header>
    <${Level} under="" tree=${props} depth=${0} />
  </section>`;
}

interface LevelProps {
  readonly under: string;
  readonly tree: BudgetTreeProps;
  readonly depth: number;
  readonly id?: string;
}

function Level({ under, tree, depth, id }: LevelProps): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  // The number is only there so that it is asked again: the gateway knows nothing of it.
  const asked = useQuery<BudgetLevelAnswer>(
    'admin/budgets',
    { under },
    { every: pace, version: tree.version },
  );
  const { data, error } = asked;
  const isOff = error instanceof ApiError && error.status === 404;
  if (data === undefined && error !== undefined && !isOff)
    return html`<${ErrorBox} error=${error} onRetry=${asked.reload} />`;
  if (data === undefined && !isOff)
    return html`<div id=${id} aria-busy="true">
      <span class="visually-hidden">${fill(said.loadingLevel, { path: under })}</span>
      <${Skeleton} width=${14} />
    </div>`;
  const places = data?.data ?? [];
  const keys = data?.keys ?? [];
  if (places.length + keys.length === 0) {
    if (depth > 0) return html`<p class="hint" id=${id}>${said.emptyLevel}</p>`;
    return html`<${Empty} icon="keys" title=${said.noBudgets}>
      <p>${said.noBudgetsText}</p>
      <${CodeBlock} code=${example} label="TypeScript" />
    <//>`;
  }
  return html`<ul class="tree" id=${id} role="list">
    ${places.map((node) => html`<${Place} key=${node.path} node=${node} tree=${tree} depth=${depth} />`)}
    ${keys.map((key) => html`<${KeyLeaf} key=${key.id} node=${key} depth=${depth} onTopUp=${tree.onTopUp} />`)}
    ${data?.isWhole === false && html`<li class="hint">${said.notWhole}</li>`}
  </ul>`;
}

interface PlaceProps {
  readonly node: BudgetNode;
  readonly tree: BudgetTreeProps;
  readonly depth: number;
}

function Place({ node, tree, depth }: PlaceProps): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  const { path, name, hasMore } = node;
  const [isOpen, open] = useState(false);
  const id = `below-${path}`;
  const toggle = hasMore
    ? html`<${Button}
        look="plain"
        icon="arrow-right"
        label=${fill(isOpen ? said.collapse : said.expand, { path })}
        expanded=${isOpen}
        onClick=${() => open(!isOpen)}
      />`
    : html`<span class="tree-gap"></span>`;
  const link = html`<a
    href=${href('keys', { at: path })}
    title=${fill(said.showKeys, { path })}
    aria-current=${tree.at === path ? 'true' : undefined}
    >${name}</a
  >`;
  return html`<li>
    <${Line}
      toggle=${toggle}
      name=${link}
      node=${node}
      depth=${depth}
      label=${path}
      onTopUp=${() => tree.onTopUp({ of: 'path', id: path, name: path })}
    />
    ${isOpen && html`<${Level} under=${path} tree=${tree} depth=${depth + 1} id=${id} />`}
  </li>`;
}

function KeyLeaf({
  node,
  depth,
  onTopUp,
}: {
  readonly node: KeyNode;
  readonly depth: number;
  readonly onTopUp: BudgetTreeProps['onTopUp'];
}): VNode {
  const { words } = useLocale();
  const { id, name, hint, isDisabled, expiresAt } = node;
  const isExpired = expiresAt !== null && expiresAt <= Date.now();
  const link = html`<a href=${href('keys', { key: id })}>${name}</a> <code class="hint nowrap">${hint}</code>
    ${isDisabled && html`<${Badge}>${words.keys.keyDisabled}<//>`}
    ${!isDisabled && isExpired && html`<${Badge}>${words.keys.keyExpired}<//>`}`;
  return html`<li>
    <${Line}
      toggle=${html`<span class="tree-gap"><${Icon} name="keys" /></span>`}
      name=${link}
      node=${node}
      depth=${depth}
      label=${name}
      onTopUp=${() => onTopUp({ of: 'key', id, name })}
    />
  </li>`;
}

interface LineProps {
  readonly toggle: ComponentChildren;
  readonly name: ComponentChildren;
  readonly node: BudgetNode | KeyNode;
  /** Steps below the root. */
  readonly depth: number;
  /** Whose it is. */
  readonly label: string;
  readonly onTopUp: () => void;
}

function Line({ toggle, name, node, depth, label, onTopUp }: LineProps): VNode {
  const { words, format, fill } = useLocale();
  const said = words.keys;
  const hasCredit = node.budgets.some(({ window }) => window === 'credit');
  return html`<div class="tree-line">
    <span class="tree-name" style=${{ '--depth': String(depth) }}>${toggle} <span class="tree-label">${name}</span></span>
    <span class="tree-spent">${fill(said.spentMonth, { dollars: format.money(node.spentThisMonth) })}</span>
    <div class="tree-budgets">
      ${
        node.budgets.length === 0
          ? html`<span class="hint">${said.noBudget}</span>`
          : html`<${BudgetBars} budgets=${node.budgets} name=${label} />`
      }
    </div>
    ${hasCredit && html`<${Button} icon="plus" onClick=${onTopUp}>${said.topUp}<//>`}
  </div>`;
}
