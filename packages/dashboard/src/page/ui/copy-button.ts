import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Button } from './button.ts';
import { html } from './html.ts';
import { toast } from './toast.ts';

/** Puts a text on the clipboard. `label`: what it is, where several are beside each other. */
export function CopyButton({
  text,
  label,
  isCompact = false,
}: {
  readonly text: string;
  readonly label?: string;
  /** Shows no words. */
  readonly isCompact?: boolean;
}): VNode {
  const { words } = useLocale();
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => toast(words.ui.copied),
      () => toast(words.ui.notCopied, 'bad'),
    );
  };
  const name = label ?? words.ui.copy;
  return isCompact
    ? html`<${Button} look="plain" icon="copy" label=${name} onClick=${copy} />`
    : html`<${Button} icon="copy" onClick=${copy}>${name}<//>`;
}
