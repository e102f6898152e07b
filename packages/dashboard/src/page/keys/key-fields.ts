import type { ComponentChildren, VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import { BudgetRows } from './budget-rows.ts';
import type { KeyForm } from './key-form.ts';
import { limitKinds } from './limit-kinds.ts';
import type { KeyFormWords } from './read-key-form.ts';

export interface KeyFieldsProps {
  readonly form: KeyForm;
  readonly onChange: (form: KeyForm) => void;
  /** What is wrong, in words. */
  readonly errors: KeyFormWords;
}

type TextMember = Exclude<keyof KeyForm, 'limits' | 'budgets' | 'traceless'>;

/** All that can be said of a key. */
export function KeyFields({ form, onChange, errors }: KeyFieldsProps): VNode {
  const { words } = useLocale();
  const said = words.keys;
  const text = (member: TextMember, label: string, hint: string): VNode =>
    html`<${Field}
      label=${label}
      name=${member}
      hint=${hint}
      value=${form[member]}
      error=${errors[member]}
      type=${member === 'expiresAt' ? 'datetime-local' : 'text'}
      isRequired=${member === 'name'}
      onInput=${(value: string) => onChange({ ...form, [member]: value })}
    />`;
  return html`
    <${Group} title=${said.who}>
      ${text('name', said.name, said.nameHint)} ${text('path', said.path, said.pathHint)}
      ${text('tenant', said.tenant, said.tenantHint)} ${text('expiresAt', said.expiresAt, said.expiresHint)}
    <//>
    <${Group} title=${said.may}>
      ${text('models', said.models, said.modelsHint)} ${text('operations', said.operations, said.operationsHint)}
      ${text('addresses', said.addresses, said.addressesHint)} ${text('roles', said.roles, said.rolesHint)}
    <//>
    <${Group} title=${said.limitsGroup} note=${said.limitHint}>
      ${limitKinds.map(
        (kind) => html`<${Field}
          key=${kind}
          label=${said.limitNames[kind]}
          name=${`limits.${kind}`}
          value=${form.limits[kind]}
          error=${errors[`limits.${kind}`]}
          onInput=${(value: string) => onChange({ ...form, limits: { ...form.limits, [kind]: value } })}
        />`,
      )}
    <//>
    <${Group} title=${said.budgetsGroup}>
      <${BudgetRows}
        budgets=${form.budgets}
        errors=${errors}
        onChange=${(budgets: KeyForm['budgets']) => onChange({ ...form, budgets })}
      />
    <//>
    <${Group} title=${said.more}>
      ${text('regions', said.regions, said.regionsHint)} ${text('tags', said.tags, said.tagsHint)}
      <label class="check">
        <input
          type="checkbox"
          name="traceless"
          checked=${form.traceless}
          onChange=${({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
            onChange({ ...form, traceless: currentTarget.checked })}
        />
        <span>${said.traceless}</span>
      </label>
    <//>
  `;
}

function Group({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}): VNode {
  return html`<fieldset class="form-group">
    <legend>${title}</legend>
    ${note !== undefined && html`<p class="hint">${note}</p>`}
    <div class="form-grid">${children}</div>
  </fieldset>`;
}
