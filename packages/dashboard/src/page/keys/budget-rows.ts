import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Button } from '../ui/button.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';
import { Select } from '../ui/select.ts';
import {
  type BudgetField,
  type BudgetWindow,
  budgetWindows,
  emptyBudgetField,
  hasPeriod,
  hasStartDay,
} from './budget-fields.ts';
import type { KeyFormWords } from './read-key-form.ts';

export interface BudgetRowsProps {
  readonly budgets: readonly BudgetField[];
  /** What is wrong, in words. */
  readonly errors: KeyFormWords;
  readonly onChange: (budgets: readonly BudgetField[]) => void;
}

/** The budgets of a key, as many as there are. */
export function BudgetRows({ budgets, errors, onChange }: BudgetRowsProps): VNode {
  const { words } = useLocale();
  const next = Math.max(0, ...budgets.map(({ row }) => row)) + 1;
  return html`<div class="budget-rows">
    ${budgets.map(
      (field, at) => html`<${BudgetRow}
        key=${field.row}
        field=${field}
        count=${at + 1}
        error=${errors[`budgets.${field.row}`]}
        onChange=${(changed: BudgetField) =>
          onChange(budgets.map((one) => (one.row === field.row ? changed : one)))}
        onRemove=${() => onChange(budgets.filter(({ row }) => row !== field.row))}
      />`,
    )}
    <${Button} icon="plus" onClick=${() => onChange([...budgets, emptyBudgetField(next)])}>
      ${words.keys.addBudget}
    <//>
  </div>`;
}

interface BudgetRowProps {
  readonly field: BudgetField;
  /** Its place, from 1. */
  readonly count: number;
  readonly error: string | undefined;
  readonly onChange: (field: BudgetField) => void;
  readonly onRemove: () => void;
}

function BudgetRow({ field, count, error, onChange, onRemove }: BudgetRowProps): VNode {
  const { words, fill } = useLocale();
  const said = words.keys;
  const { window } = field;
  const text = (member: 'limit' | 'timeZone' | 'startDay' | 'soft', label: string, hint?: string): VNode =>
    html`<${Field}
      label=${label}
      value=${field[member]}
      hint=${hint}
      onInput=${(value: string) => onChange({ ...field, [member]: value })}
    />`;
  return html`<div class="budget-row" role="group" aria-label=${fill(said.budgetOf, { count })}>
    ${window === 'credit' ? html`<p class="hint">${said.creditHint}</p>` : text('limit', said.dollars)}
    <${Select}
      label=${said.window}
      value=${window}
      options=${budgetWindows.map((value) => ({ value, label: said.windows[value] }))}
      onChange=${(value: BudgetWindow) => onChange({ ...field, window: value })}
    />
    ${hasPeriod(window) && text('timeZone', said.timeZone, said.timeZoneHint)}
    ${
      hasStartDay(window) &&
      text('startDay', said.startDay, window === 'week' ? said.startDayWeek : said.startDayMonth)
    }
    ${text('soft', said.soft, said.softHint)}
    <${Button}
      look="plain"
      icon="close"
      label=${fill(said.removeBudget, { count })}
      onClick=${onRemove}
    />
    ${error !== undefined && html`<p class="field-error" role="alert">${error}</p>`}
  </div>`;
}
