import type { ComponentChildren, VNode } from 'preact';
import { classNames } from './class-names.ts';
import { html } from './html.ts';
import { Icon, type IconName } from './icon.ts';

export interface ButtonProps {
  readonly children?: ComponentChildren;
  readonly onClick?: (event: MouseEvent) => void;
  /** `primary`: the one act of a form; `danger`: what cannot be taken back; `plain`: without a border. Default: `quiet`. */
  readonly look?: 'primary' | 'quiet' | 'danger' | 'plain';
  readonly icon?: IconName;
  /** What it does, where it shows no words. */
  readonly label?: string;
  readonly isDisabled?: boolean;
  /** What it began is under way: it cannot be pressed again. */
  readonly isBusy?: boolean;
  readonly isPressed?: boolean;
  readonly type?: 'button' | 'submit';
  /** Of a form elsewhere on the page that it submits. */
  readonly form?: string;
  readonly id?: string;
  readonly expanded?: boolean;
}

export function Button(props: ButtonProps): VNode {
  const { children, onClick, look = 'quiet', icon, label, isDisabled = false, isBusy = false } = props;
  return html`<button
    id=${props.id}
    type=${props.type ?? 'button'}
    form=${props.form}
    class=${classNames('button', look, children === undefined && 'icon-only')}
    onClick=${onClick}
    disabled=${isDisabled || isBusy}
    aria-label=${label}
    title=${label}
    aria-busy=${isBusy ? 'true' : undefined}
    aria-pressed=${props.isPressed === undefined ? undefined : String(props.isPressed)}
    aria-expanded=${props.expanded === undefined ? undefined : String(props.expanded)}
  >
    ${icon !== undefined && html`<${Icon} name=${icon} />`}${children !== undefined && html`<span>${children}</span>`}
  </button>`;
}
