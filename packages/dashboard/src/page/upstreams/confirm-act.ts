import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { toast } from '../ui/toast.ts';
import { isLastOf } from './group-targets.ts';
import type { HandAct, UpstreamStatus } from './upstream-status.ts';

export interface WantedAct {
  readonly act: HandAct;
  readonly target: UpstreamStatus;
}

export interface ConfirmActProps {
  readonly wanted: WantedAct;
  readonly all: readonly UpstreamStatus[];
  readonly onDone: (target: UpstreamStatus) => void;
  readonly onClose: () => void;
}

/** Says what will happen to a target, and does it when that is meant. */
export function ConfirmAct({ wanted, all, onDone, onClose }: ConfirmActProps): VNode {
  const { words, fill } = useLocale();
  const { act } = wanted;
  // The dialog stays open while the page is told anew: what it says of calls under way is what holds now.
  const target = all.find(({ id }) => id === wanted.target.id) ?? wanted.target;
  const { id } = target;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const next = await send<UpstreamStatus>(`admin/upstreams/${encodeURIComponent(id)}/${act}`);
      toast(fill(words.upstreams.done[act], { id }));
      onDone(next);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return html`<${Dialog}
    title=${fill(words.upstreams.actTitles[act], { id })}
    onClose=${onClose}
    actions=${html`
      <${Button} onClick=${onClose}>${words.ui.cancel}<//>
      <${Button} look=${act === 'close' ? 'primary' : 'danger'} isBusy=${isBusy} onClick=${() => void run()}>
        ${words.upstreams.actNames[act]}
      <//>
    `}
  >
    <p>
      ${words.upstreams.actTexts[act]}
      ${act !== 'close' && target.active > 0 && ` ${fill(words.upstreams.underWay, { count: target.active })}`}
    </p>
    ${act !== 'close' && isLastOf(target, all) && html`<p class="notice warning">${words.upstreams.lastOne}</p>`}
    <p class="hint">${words.upstreams.thisProcess}</p>
    ${error !== undefined && html`<${ErrorBox} error=${error} />`}
  <//>`;
}
