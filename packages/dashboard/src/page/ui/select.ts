import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { classNames } from './class-names.ts';
import { html } from './html.ts';

export interface SelectOption<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectProps<Value extends string = string> {
  readonly label: ComponentChildren;
  readonly value: Value;
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
  readonly isLabelHidden?: boolean;
  readonly isDisabled?: boolean;
}

/** The browser's own list, labelled. */
export function Select<Value extends string>(props: SelectProps<Value>): VNode {
  const id = useId();
  const { options, value } = props;
  const change = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }): void => {
    const chosen = options[currentTarget.selectedIndex];
    if (chosen !== undefined) props.onChange(chosen.value);
  };
  return html`<div class="field">
    <label for=${id} class=${classNames(props.isLabelHidden === true && 'visually-hidden')}>${props.label}</label>
    <select id=${id} value=${value} disabled=${props.isDisabled} onChange=${change}>
      ${options.map((option) => html`<option value=${option.value} selected=${option.value === value}>${option.label}</option>`)}
    </select>
  </div>`;
}
