import type { VNode } from 'preact';
import { html } from './html.ts';

export interface BarProps {
  readonly spent: number;
  /** Held for what is under way. */
  readonly held?: number;
  readonly limit: number;
  /** What it is of, for those who cannot see it. */
  readonly label: string;
  /** The same in words: "$3.20 of $10 spent, $0.40 held". */
  readonly text: string;
}

/** Spent, held and left of a limit, as lengths. The tone changes at 80 % and at the limit. */
export function Bar({ spent, held = 0, limit, label, text }: BarProps): VNode {
  const share = (amount: number): number => (limit > 0 ? Math.min(1, Math.max(0, amount / limit)) : 1);
  const used = share(spent);
  const together = share(spent + held);
  const tone = together >= 1 ? 'bad' : together >= 0.8 ? 'warning' : 'accent';
  return html`<div
    class=${`bar ${tone}`}
    role="meter"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(together * 100)}
    aria-valuetext=${text}
    title=${text}
  >
    <span class="bar-spent" style=${{ width: percent(used) }}></span>
    <span class="bar-held" style=${{ width: percent(together - used) }}></span>
  </div>`;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
