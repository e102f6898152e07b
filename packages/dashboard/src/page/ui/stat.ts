import type { ComponentChildren, VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { html } from './html.ts';
import { Skeleton } from './skeleton.ts';

export interface StatProps {
  readonly label: string;
  /** Undefined while it is loading. */
  readonly value: ComponentChildren | undefined;
  /** The change against before, as a share: 0.12 is 12 % more. Undefined or null where there is nothing to compare with. */
  readonly change?: number | null | undefined;
  /** Whether more of it is good; default: neither. */
  readonly more?: 'good' | 'bad' | undefined;
  /** A line below. */
  readonly note?: ComponentChildren;
}

/** One figure, and how it has changed. */
export function Stat({ label, value, change, more, note }: StatProps): VNode {
  return html`<div class="stat">
    <dt>${label}</dt>
    <dd>
      <span class="stat-value">${value === undefined ? html`<${Skeleton} width=${5} />` : value}</span>
      ${typeof change === 'number' && html`<${Change} change=${change} more=${more} />`}
      ${note !== undefined && html`<span class="stat-note">${note}</span>`}
    </dd>
  </div>`;
}

function Change({
  change,
  more,
}: {
  readonly change: number;
  readonly more: 'good' | 'bad' | undefined;
}): VNode {
  const { words, format, fill } = useLocale();
  const size = Math.abs(change);
  const isSame = size < 0.005;
  const tone = isSame || more === undefined ? 'neutral' : change > 0 === (more === 'good') ? 'good' : 'bad';
  const told = size >= 10 ? `${format.number(Math.round(size + 1))}×` : format.percent(size);
  const sentence = isSame
    ? words.ui.unchanged
    : fill(change > 0 ? words.ui.higher : words.ui.lower, { change: told });
  return html`<span class=${`change ${tone}`} title=${sentence}>
    <span aria-hidden="true">${isSame ? '±0' : `${change > 0 ? '↑' : '↓'} ${told}`}</span>
    <span class="visually-hidden">${sentence}</span>
  </span>`;
}
