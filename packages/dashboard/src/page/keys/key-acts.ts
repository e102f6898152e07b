import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import { Select } from '../ui/select.ts';
import { toast } from '../ui/toast.ts';
import { useAct } from '../use-act.ts';
import type { KeyInfo, ShownKey } from './key-shapes.ts';

export interface KeyActProps<Result> {
  readonly info: KeyInfo;
  readonly onDone: (result: Result) => void;
  readonly onClose: () => void;
}

export function keyUrl(id: string, act?: 'rotate' | 'disable' | 'enable'): string {
  return `admin/keys/${encodeURIComponent(id)}${act === undefined ? '' : `/${act}`}`;
}

interface ConfirmProps {
  readonly title: string;
  readonly button: string;
  readonly look?: 'primary' | 'danger';
  readonly isReady?: boolean;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Confirm({
  title,
  button,
  look = 'danger',
  isReady = true,
  act,
  onClose,
  children,
}: ConfirmProps): VNode {
  const { words } = useLocale();
  const { isBusy, error, run } = useAct();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isReady) void run(act);
  };
  return html`<${Dialog}
    title=${title}
    onClose=${onClose}
    actions=${html`
      <${Button} onClick=${onClose}>${words.ui.cancel}<//>
      <${Button} look=${look} type="submit" form="confirm" isBusy=${isBusy} isDisabled=${!isReady}>${button}<//>
    `}
  >
    <form id="confirm" onSubmit=${submit}>
      ${children} ${error !== undefined && html`<${ErrorBox} error=${error} />`}
    </form>
  <//>`;
}

export function DisableKey({ info, onDone, onClose }: KeyActProps<KeyInfo>): VNode {
  const { words, fill } = useLocale();
  const { id, name } = info;
  return html`<${Confirm}
    title=${fill(words.keys.disableTitle, { name })}
    button=${words.keys.disable}
    onClose=${onClose}
    act=${async () => {
      const next = await send<KeyInfo>(keyUrl(id, 'disable'));
      toast(fill(words.keys.disabled, { name }));
      onDone(next);
    }}
  >
    <p>${words.keys.disableText}</p>
  <//>`;
}

const hour = 3_600_000;
/** Milliseconds for which a key that was replaced is still good. */
const graces = { none: 0, hour, day: 24 * hour, week: 168 * hour, month: 720 * hour } as const;
type Grace = keyof typeof graces;
const graceNames = ['none', 'hour', 'day', 'week', 'month'] as const satisfies readonly Grace[];

export function RotateKey({ info, onDone, onClose }: KeyActProps<ShownKey>): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  const [grace, setGrace] = useState<Grace>('day');
  return html`<${Confirm}
    title=${fill(said.rotateTitle, { name: info.name })}
    button=${said.rotate}
    look="primary"
    onClose=${onClose}
    act=${async () => onDone(await send<ShownKey>(keyUrl(info.id, 'rotate'), { body: { grace: graces[grace] } }))}
  >
    <p>${said.rotateText}</p>
    <${Select}
      label=${said.grace}
      value=${grace}
      options=${graceNames.map((value) => ({ value, label: said.graces[value] }))}
      onChange=${setGrace}
    />
  <//>`;
}

export function DeleteKey({ info, onDone, onClose }: KeyActProps<string>): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  const { id, name } = info;
  const [typed, type] = useState('');
  return html`<${Confirm}
    title=${fill(said.deleteTitle, { name })}
    button=${said.delete}
    isReady=${typed.trim() === name.trim()}
    onClose=${onClose}
    act=${async () => {
      await send(keyUrl(id), { method: 'DELETE' });
      toast(fill(said.deleted, { name }));
      onDone(id);
    }}
  >
    <p>${said.deleteText}</p>
    <${Field} label=${fill(said.deleteConfirm, { name })} value=${typed} onInput=${type} />
  <//>`;
}
