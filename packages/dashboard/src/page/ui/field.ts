import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { classNames } from './class-names.ts';
import { html } from './html.ts';

export interface FieldProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'number' | 'search' | 'datetime-local' | 'password' | 'email';
  readonly hint?: ComponentChildren;
  /** What is wrong with the value. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  /** A text of several lines, so many at first. */
  readonly rows?: number;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly step?: number | string;
  readonly name?: string;
  /** Suggestions. */
  readonly options?: readonly string[];
  readonly isLabelHidden?: boolean;
}

/** A labelled input; what is wrong with it is told beside it, to everybody. */
export function Field(props: FieldProps): VNode {
  const id = useId();
  const { hint, error, rows, options = [] } = props;
  const describedBy = classNames(hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`);
  const common = {
    id,
    name: props.name,
    value: props.value,
    placeholder: props.placeholder,
    required: props.isRequired,
    disabled: props.isDisabled,
    autocomplete: 'off',
    spellcheck: rows !== undefined,
    'aria-invalid': error === undefined ? undefined : 'true',
    'aria-describedby': describedBy === '' ? undefined : describedBy,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      props.onInput(currentTarget.value),
  };
  const limits = { min: props.min, max: props.max, step: props.step };
  return html`<div class="field">
    <label for=${id} class=${classNames(props.isLabelHidden === true && 'visually-hidden')}>${props.label}</label>
    ${
      rows === undefined
        ? html`<input type=${props.type ?? 'text'} list=${options.length > 0 ? `${id}-list` : undefined} ...${limits} ...${common} />`
        : html`<textarea rows=${rows} ...${common}></textarea>`
    }
    ${options.length > 0 && html`<datalist id=${`${id}-list`}>${options.map((option) => html`<option value=${option} />`)}</datalist>`}
    ${hint !== undefined && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error !== undefined && html`<p class="field-error" id=${`${id}-error`}>${error}</p>`}
  </div>`;
}
