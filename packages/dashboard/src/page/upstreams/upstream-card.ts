import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { href } from '../router.ts';
import { Badge, type Tone } from '../ui/badge.ts';
import { Button } from '../ui/button.ts';
import { type Column, DataTable } from '../ui/data-table.ts';
import { html } from '../ui/html.ts';
import type { WantedAct } from './confirm-act.ts';
import { actsFor, type Condition, conditionOf, timeOf, type UpstreamGroup } from './group-targets.ts';
import { RateLimitLeft } from './rate-limit-left.ts';
import type { Balance, UpstreamKey, UpstreamStatus } from './upstream-status.ts';

export interface UpstreamCardProps {
  readonly group: UpstreamGroup;
  readonly onAct: (act: WantedAct) => void;
}

/** One upstream: what its targets share, and a line for each. */
export function UpstreamCard({ group, onAct }: UpstreamCardProps): VNode {
  const { words, fill } = useLocale();
  const { upstream, targets, region, tags, condition } = group;
  const [first] = targets;
  const columns = useColumns(onAct);
  return html`<section class="card upstream" aria-label=${upstream}>
    <header class="upstream-head">
      <h2>${upstream}</h2>
      <${ConditionBadge} condition=${condition} />
      ${region !== undefined && html`<${Badge} title=${words.upstreams.region}>${region}<//>`}
      ${tags.map((tag) => html`<${Badge} key=${tag} title=${words.upstreams.tags}>${tag}<//>`)}
      <a class="upstream-calls" href=${href('calls', { upstream })}>${words.upstreams.calls}</a>
    </header>
    ${first !== undefined && html`<${Keys} keys=${first.keys} balances=${first.balances} />`}
    <${DataTable}
      caption=${fill(words.upstreams.tableOf, { upstream })}
      columns=${columns}
      rows=${targets}
      keyOf=${({ id }: UpstreamStatus) => id}
    />
  </section>`;
}

/** Share of attempts that fail, from which on it stands out. */
const troubling = 0.1;

const tones: Readonly<Record<Condition, Tone>> = {
  fine: 'good',
  resting: 'warning',
  'half-open': 'warning',
  open: 'bad',
  opened: 'warning',
  drained: 'warning',
  down: 'bad',
};

function ConditionBadge({ condition }: { readonly condition: Condition }): VNode {
  const { words } = useLocale();
  return html`<${Badge} tone=${tones[condition]} title=${words.upstreams.conditionHints[condition]}>
    ${words.upstreams.conditions[condition]}
  <//>`;
}

function useColumns(onAct: UpstreamCardProps['onAct']): readonly Column<UpstreamStatus>[] {
  const { words, format, fill } = useLocale();
  const said = words.upstreams;
  return [
    { key: 'model', title: said.model, isElastic: true, render: ({ model }) => html`<code>${model}</code>` },
    {
      key: 'state',
      title: said.state,
      render: (target) => html`<${ConditionBadge} condition=${conditionOf(target)} />`,
    },
    {
      key: 'active',
      title: said.activeShort,
      align: 'end',
      render: ({ active, waiting, batchWaiting }) =>
        html`<span class="two-lines">
          <span class=${active === 0 ? 'faint' : ''}>${format.number(active)}</span>
          ${waiting > 0 && html`<small>${fill(said.waitingIn, { count: waiting })}</small>`}
          ${batchWaiting > 0 && html`<small>${fill(said.waitingBatch, { count: batchWaiting })}</small>`}
        </span>`,
    },
    {
      key: 'latency',
      title: said.latency,
      align: 'end',
      render: ({ latencyMilliseconds }) =>
        html`<span title=${said.latencyHint}>${format.duration(latencyMilliseconds)}</span>`,
    },
    {
      key: 'errors',
      title: said.errors,
      align: 'end',
      render: ({ errorRate, successes, failures }) =>
        html`<span
          class=${(errorRate ?? 0) >= troubling ? 'text-bad' : ''}
          title=${fill(said.errorsOf, { failures, count: successes + failures })}
        >
          ${format.percent(errorRate)}
        </span>`,
    },
    {
      key: 'limit',
      title: said.rateLimit,
      from: 'wide',
      render: ({ rateLimit }) => html`<${RateLimitLeft} limit=${rateLimit} />`,
    },
    {
      key: 'cache',
      title: said.promptCache,
      align: 'end',
      from: 'wide',
      render: ({ promptCacheShare }) =>
        html`<span title=${said.promptCacheHint}>${format.percent(promptCacheShare)}</span>`,
    },
    {
      key: 'acts',
      title: said.acts,
      align: 'end',
      render: (target) =>
        html`<span class="row-acts">
          ${actsFor(target).map(
            (act) =>
              html`<${Button}
                key=${act}
                look="plain"
                label=${fill(said.actLabels[act], { id: target.id })}
                onClick=${() => onAct({ act, target })}
              >
                ${said.actNames[act]}
              <//>`,
          )}
        </span>`,
    },
  ];
}

const keyTones: Readonly<Record<UpstreamKey['state'], Tone>> = {
  fine: 'neutral',
  resting: 'warning',
  low: 'warning',
  empty: 'bad',
};

/** Of an upstream, by their places: a key itself is never told. */
function Keys({
  keys,
  balances,
}: {
  readonly keys: readonly UpstreamKey[];
  readonly balances: readonly Balance[];
}): VNode {
  const { words, format, fill } = useLocale();
  const said = words.upstreams;
  const stateOf = ({ state, until }: UpstreamKey): string => {
    const time = timeOf(until);
    return time === undefined
      ? said.keyStates[state]
      : `${said.keyStates[state]} ${fill(said.keyUntil, { when: format.time(time) })}`;
  };
  return html`<dl class="facts upstream-facts">
    ${
      keys.length > 0 &&
      html`<div>
        <dt>${said.keys}</dt>
        <dd>
          ${keys.map(
            (key) =>
              html`<${Badge} key=${key.label} tone=${keyTones[key.state]}>${key.label} ${stateOf(key)}<//>`,
          )}
        </dd>
      </div>`
    }
    ${
      balances.length > 0 &&
      html`<div>
        <dt>${said.balances}</dt>
        <dd>
          ${balances.map(
            ({ label, left, currency, state }) =>
              html`<${Badge} key=${label} tone=${keyTones[state]}>
                ${label} ${format.number(left)} ${currency ?? ''}
              <//>`,
          )}
        </dd>
      </div>`
    }
  </dl>`;
}
