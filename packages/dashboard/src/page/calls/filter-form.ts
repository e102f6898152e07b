import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { type FilterName, filterNames, filtersOf } from '../filters.ts';
import { useLocale } from '../locale.ts';
import { useQueryState } from '../router.ts';
import type { CallEntry } from '../shapes.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';

/** Every way to tell calls apart, at once. `entries`: where suggestions are from. */
export function FilterForm({
  entries,
  onClose,
}: {
  readonly entries: readonly CallEntry[];
  readonly onClose: () => void;
}): VNode {
  const { words } = useLocale();
  const [query, change] = useQueryState('calls');
  const [values, setValues] = useState<Readonly<Partial<Record<FilterName, string>>>>(
    filtersOf(query, 'calls'),
  );
  const isWrong =
    values.status !== undefined && values.status !== '' && !/^[1-9]\d{0,2}$/.test(values.status);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isWrong) return;
    const trimmed = filterNames.map((name) => [name, values[name]?.trim()]);
    change({ ...Object.fromEntries(trimmed), cursor: undefined });
    onClose();
  };
  const actions = html`<${Button} onClick=${onClose}>${words.ui.cancel}<//>
    <${Button} look="primary" type="submit" form="call-filters">${words.filter.show}<//>`;
  return html`<${Dialog} title=${words.calls.filters} onClose=${onClose} actions=${actions}>
    <form id="call-filters" class="form-row" onSubmit=${submit}>
      ${filterNames.map(
        (name) => html`<${Field}
          key=${name}
          name=${name}
          label=${words.filter.names[name]}
          value=${values[name] ?? ''}
          options=${suggestionsOf(entries, name)}
          onInput=${(value: string) => setValues({ ...values, [name]: value })}
          hint=${name === 'status' ? words.calls.statusHint : undefined}
          error=${name === 'status' && isWrong ? words.calls.statusHint : undefined}
        />`,
      )}
    </form>
  <//>`;
}

function suggestionsOf(entries: readonly CallEntry[], name: FilterName): string[] {
  const values = entries.flatMap((entry): readonly (string | number | undefined)[] =>
    name === 'tag' ? entry.tags : [entry[name]],
  );
  return [...new Set(values.flatMap((value) => (value === undefined ? [] : [String(value)])))]
    .toSorted()
    .slice(0, 50);
}
