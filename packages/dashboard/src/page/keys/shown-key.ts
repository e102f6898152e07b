import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Dialog } from '../ui/dialog.ts';
import { html } from '../ui/html.ts';
import type { ShownKey } from './key-shapes.ts';

/** The one time that a key is shown. */
export function ShownKeyDialog({
  made,
  onClose,
}: {
  readonly made: ShownKey;
  readonly onClose: () => void;
}): VNode {
  const { words, format, fill } = useLocale();
  const said = words.keys;
  const { key, record } = made;
  return html`<${Dialog}
    title=${fill(said.shownTitle, { name: record.name })}
    onClose=${onClose}
    isFirm
    actions=${html`<${Button} look="primary" onClick=${onClose}>${said.shownDone}<//>`}
  >
    <p class="notice warning">${said.shownWarning}</p>
    <div class="secret">
      <input
        class="secret-text"
        readonly
        aria-label=${said.shownLabel}
        value=${key}
        onFocus=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => currentTarget.select()}
      />
      <${CopyButton} text=${key} />
    </div>
    <p class="hint">${said.shownUse} <code>Authorization: Bearer …</code></p>
    ${
      record.previousUntil !== undefined &&
      html`<p class="hint">${fill(said.graceUntil, { when: format.dateTime(record.previousUntil) })}</p>`
    }
  <//>`;
}
