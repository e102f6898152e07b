import type { ComponentChildren, VNode } from 'preact';
import { html } from './html.ts';

export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'accent';

/** A word or two on what something is. The words say it all; the colour only helps. */
export function Badge({
  tone = 'neutral',
  children,
  title,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
  readonly title?: string;
}): VNode {
  return html`<span class=${`badge ${tone}`} title=${title}>${children}</span>`;
}
