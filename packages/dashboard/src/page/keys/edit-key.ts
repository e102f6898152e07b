import type { VNode } from 'preact';
import { useId, useState } from 'preact/hooks';
import { ApiError, get, send } from '../api.ts';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { toast } from '../ui/toast.ts';
import { useAct } from '../use-act.ts';
import { KeyFields } from './key-fields.ts';
import { emptyKeyForm, formOf, type KeyForm } from './key-form.ts';
import type { KeyInfo, ShownKey } from './key-shapes.ts';
import {
  changesOf,
  fieldOfParameter,
  type KeyFormError,
  type KeyFormField,
  type KeyFormWords,
  readKeyForm,
} from './read-key-form.ts';

export interface CreateKeyProps {
  /** Where in the tree it is to be, as far as that is known. */
  readonly path: string;
  readonly onMade: (made: ShownKey) => void;
  readonly onClose: () => void;
}

/** A form for another key. */
export function CreateKey({ path, onMade, onClose }: CreateKeyProps): VNode {
  const { words } = useLocale();
  return html`<${KeyDialog}
    title=${words.keys.createTitle}
    submit=${words.keys.create}
    first=${{ ...emptyKeyForm, path }}
    onClose=${onClose}
    save=${async (form: KeyForm) => {
      onMade(await send<ShownKey>('admin/keys', { body: readKeyForm(form, Date.now()).spec }));
    }}
  />`;
}

export interface EditKeyProps {
  readonly info: KeyInfo;
  /** The key is now another. */
  readonly onSaved: (info: KeyInfo) => void;
  readonly onClose: () => void;
}

/** A form for what is said of a key. Where somebody else has changed it meanwhile, nothing is saved. */
export function EditKey({ info, onSaved, onClose }: EditKeyProps): VNode {
  const { words, fill } = useLocale();
  const [shown, show] = useState(info);
  const url = `admin/keys/${encodeURIComponent(info.id)}`;
  const save = async (form: KeyForm): Promise<void> => {
    // 0: what has not been changed may be over.
    const before = readKeyForm(formOf(shown), 0).spec;
    const changes = changesOf(before, readKeyForm(form, 0).spec);
    if (Object.keys(changes).length === 0) toast(words.keys.unchangedForm);
    const body = { ...changes, version: shown.version };
    const saved =
      Object.keys(changes).length === 0 ? shown : await send<KeyInfo>(url, { method: 'PATCH', body });
    if (saved !== shown) toast(fill(words.keys.saved, { name: saved.name }));
    onSaved(saved);
  };
  return html`<${KeyDialog}
    key=${shown.version}
    title=${fill(words.keys.editTitle, { name: shown.name })}
    submit=${words.keys.save}
    first=${formOf(shown)}
    mayBeOver=${shown.expiresAt}
    onClose=${onClose}
    save=${save}
    onReload=${async () => show(await get<KeyInfo>(url))}
  />`;
}

interface KeyDialogProps {
  readonly title: string;
  readonly submit: string;
  readonly first: KeyForm;
  /** A time of the key that may stay as it is, though it is over. */
  readonly mayBeOver?: number | undefined;
  readonly save: (form: KeyForm) => Promise<void>;
  readonly onReload?: () => Promise<void>;
  readonly onClose: () => void;
}

function KeyDialog({ title, submit, first, mayBeOver, save, onReload, onClose }: KeyDialogProps): VNode {
  const { words } = useLocale();
  const said = words.keys;
  const id = useId();
  const [form, setForm] = useState(first);
  const [isTried, setTried] = useState(false);
  const { isBusy, error, run } = useAct();
  const isSameTime = mayBeOver !== undefined && form.expiresAt === first.expiresAt;
  const found = readKeyForm(form, isSameTime ? 0 : Date.now()).errors;
  const isConflict = error instanceof ApiError && error.status === 409;
  const told = isConflict ? undefined : refusedField(error, form);
  const errors = { ...(isTried ? inWords(found, said) : {}), ...told };
  const submitForm = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(found).length > 0) showFirstError(id);
    else void run(() => save(form)).then(() => showFirstError(id));
  };
  return html`<${Dialog}
    look="panel"
    title=${title}
    onClose=${onClose}
    isFirm
    actions=${html`
      <${Button} onClick=${onClose}>${words.ui.cancel}<//>
      <${Button} look="primary" type="submit" form=${id} isBusy=${isBusy}>${submit}<//>
    `}
  >
    <form id=${id} class="key-form" novalidate onSubmit=${submitForm}>
      ${
        isConflict &&
        html`<div class="notice warning" role="alert">
          <p>${said.conflict}</p>
          ${
            onReload !== undefined &&
            html`<${Button} icon="refresh" onClick=${() => void run(onReload)}>${said.reload}<//>`
          }
        </div>`
      }
      ${error !== undefined && !isConflict && html`<${ErrorBox} error=${error} />`}
      <${KeyFields} form=${form} errors=${errors} onChange=${setForm} />
    </form>
  <//>`;
}

function inWords(
  errors: Readonly<Partial<Record<KeyFormField, KeyFormError>>>,
  said: Readonly<Record<KeyFormError, string>>,
): KeyFormWords {
  return Object.fromEntries(
    Object.entries(errors).flatMap(([field, error]) => (error === undefined ? [] : [[field, said[error]]])),
  );
}

/** What the gateway has refused, at the field that it means. */
function refusedField(error: unknown, form: KeyForm): KeyFormWords {
  if (!(error instanceof ApiError) || error.parameter === undefined) return {};
  const field = fieldOfParameter(error.parameter, form);
  return field === undefined ? {} : { [field]: error.message };
}

/** Whoever sends a form that is not right is taken to what is wrong, once it is told. */
function showFirstError(id: string): void {
  requestAnimationFrame(() => {
    const form = document.getElementById(id);
    const field = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
    field?.focus();
    if (field === null || field === undefined)
      form?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
  });
}
