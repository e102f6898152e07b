import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { Button } from './button.ts';
import { classNames } from './class-names.ts';
import { html } from './html.ts';

export interface DialogProps {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** The buttons at its foot. */
  readonly actions?: ComponentChildren;
  /** `panel`: at the side of the page, over its whole height. Default: in the middle. */
  readonly look?: 'panel' | 'middle';
  /** A press beside it does not close it: what stands in it would be lost. */
  readonly isFirm?: boolean;
}

/** The browser's own modal dialog: focus stays in it, Escape closes it, and focus goes back to where it was. */
export function Dialog({
  title,
  onClose,
  children,
  actions,
  look = 'middle',
  isFirm = false,
}: DialogProps): VNode {
  const { words } = useLocale();
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onPress = ({ target }: Event): void => {
    // What is beside it is the backdrop, which counts as the dialog itself.
    if (target === ref.current && !isFirm) onClose();
  };
  const onCancel = (event: Event): void => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${ref} class=${classNames('dialog', look)} aria-labelledby=${id} onMouseDown=${onPress} onCancel=${onCancel}>
    <div class="dialog-frame">
      <header class="dialog-head">
        <h2 id=${id} tabindex="-1" autofocus>${title}</h2>
        <${Button} look="plain" icon="close" label=${words.ui.close} onClick=${onClose} />
      </header>
      <div class="dialog-body">${children}</div>
      ${actions !== undefined && html`<footer class="dialog-actions">${actions}</footer>`}
    </div>
  </dialog>`;
}
