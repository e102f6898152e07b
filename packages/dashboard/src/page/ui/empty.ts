import type { ComponentChildren, VNode } from 'preact';
import { html } from './html.ts';
import { Icon, type IconName } from './icon.ts';

/** Where there is nothing: what would be here, and what to do about it. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon?: IconName;
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
}): VNode {
  return html`<div class="empty">
    ${icon !== undefined && html`<${Icon} name=${icon} />`}
    <p class="empty-title">${title}</p>
    ${children !== undefined && html`<div class="empty-text">${children}</div>`}
  </div>`;
}
