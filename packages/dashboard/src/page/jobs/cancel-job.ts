import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { toast } from '../ui/toast.ts';

export interface CancelJobProps {
  readonly id: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Says what it means to cancel a job, and does it when that is meant. */
export function CancelJob({ id, onDone, onClose }: CancelJobProps): VNode {
  const { words, fill } = useLocale();
  const said = words.jobs;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const cancel = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await send(`admin/jobs/${encodeURIComponent(id)}/cancel`);
      toast(said.cancelled);
      onDone();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog}
    title=${fill(said.cancelTitle, { id })}
    onClose=${onClose}
    actions=${html`
      <${Button} onClick=${onClose}>${said.keep}<//>
      <${Button} look="danger" isBusy=${isBusy} onClick=${() => void cancel()}>${said.cancel}<//>
    `}
  >
    <p>${said.cancelText}</p>
    ${error !== undefined && html`<${ErrorBox} error=${error} />`}
  <//>`;
}
