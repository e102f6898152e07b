import type { ComponentChildren, VNode } from 'preact';
import { html } from './html.ts';

/** The title of a page, and what can be done with all of it. */
export function PageHead({
  title,
  note,
  children,
}: {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  /** Buttons and choices, at the end of the line. */
  readonly children?: ComponentChildren;
}): VNode {
  return html`<header class="page-head">
    <div>
      <h1>${title}</h1>
      ${note !== undefined && html`<p class="page-note">${note}</p>`}
    </div>
    ${children !== undefined && html`<div class="page-acts">${children}</div>`}
  </header>`;
}
