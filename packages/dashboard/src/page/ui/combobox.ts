import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { classNames } from './class-names.ts';
import { findOptions, nextPlace } from './find-options.ts';
import { html } from './html.ts';

export interface ComboboxProps {
  readonly label: ComponentChildren;
  readonly value: string;
  /** Told of what is typed, too: what is none of the options may be meant. */
  readonly onChange: (value: string) => void;
  readonly options: readonly string[];
  readonly placeholder?: string;
  readonly hint?: ComponentChildren;
  readonly error?: string | undefined;
  readonly name?: string;
  /** Where nothing fits. */
  readonly none: string;
}

/** Options that are drawn: nobody reads more of a list. */
const mostShown = 100;

/** A text with a list of what it may be, searched as it is typed: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
export function Combobox(props: ComboboxProps): VNode {
  const { value, options, hint, error } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  // What stood there before anything was typed does not narrow the list.
  const [isTyped, setTyped] = useState(false);
  const [place, setPlace] = useState(-1);
  const found = findOptions(options, isTyped ? value : '').slice(0, mostShown);
  useEffect(() => {
    if (isOpen) document.getElementById(`${id}-${place}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, isOpen, place]);
  const open = (): void => {
    setOpen(true);
    setTyped(false);
    setPlace(options.indexOf(value));
  };
  const choose = (option: string): void => {
    props.onChange(option);
    setOpen(false);
  };
  const type = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }): void => {
    props.onChange(currentTarget.value);
    setOpen(true);
    setTyped(true);
    setPlace(-1);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextPlace(event.key, isOpen ? place : -1, found.length);
    if (next !== undefined) {
      event.preventDefault();
      if (!isOpen) open();
      setPlace(next);
      return;
    }
    const chosen = found[place];
    if (event.key === 'Enter' && isOpen && chosen !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const describedBy = classNames(hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`);
  return html`<div class="field combobox">
    <label for=${id}>${props.label}</label>
    <input
      id=${id}
      ref=${input}
      name=${props.name}
      role="combobox"
      autocomplete="off"
      spellcheck=${false}
      aria-autocomplete="list"
      aria-expanded=${String(isOpen && found.length > 0)}
      aria-controls=${`${id}-list`}
      aria-activedescendant=${isOpen && place >= 0 ? `${id}-${place}` : undefined}
      aria-invalid=${error === undefined ? undefined : 'true'}
      aria-describedby=${describedBy === '' ? undefined : describedBy}
      placeholder=${props.placeholder}
      value=${value}
      onInput=${type}
      onKeyDown=${onKeyDown}
      onFocus=${() => input.current?.select()}
      onClick=${open}
      onBlur=${() => setOpen(false)}
    />
    <ul id=${`${id}-list`} role="listbox" class="combobox-list" aria-label=${props.label} hidden=${!isOpen || found.length === 0}>
      ${found.map(
        (option, at) => html`<li
          key=${option}
          id=${`${id}-${at}`}
          role="option"
          aria-selected=${String(at === place)}
          onMouseDown=${(event: MouseEvent) => {
            // The text keeps the focus.
            event.preventDefault();
            choose(option);
          }}
        >
          ${option}
        </li>`,
      )}
    </ul>
    ${isOpen && found.length === 0 && html`<p class="combobox-list combobox-none" role="status">${props.none}</p>`}
    ${hint !== undefined && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error !== undefined && html`<p class="field-error" id=${`${id}-error`}>${error}</p>`}
  </div>`;
}
