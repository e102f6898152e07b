import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import type { LiveState } from '../use-live.ts';
import { html } from './html.ts';

/** Whether what is shown goes on by itself, and what is happening. */
export function LiveSign({
  state,
  text,
}: {
  readonly state: LiveState;
  readonly text?: string | undefined;
}): VNode {
  const { words } = useLocale();
  return html`<span class=${`live-sign ${state}`}><i aria-hidden="true"></i>${words.ui.live[state]}${state === 'live' && text !== undefined && ` · ${text}`}</span>`;
}
