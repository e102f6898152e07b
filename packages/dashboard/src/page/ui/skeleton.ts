import type { VNode } from 'preact';
import { html } from './html.ts';

/** Where words will be: `width` in characters. */
export function Skeleton({ width = 8 }: { readonly width?: number }): VNode {
  return html`<span class="skeleton" style=${{ width: `${width}ch` }} aria-hidden="true"></span>`;
}
