import { type BudgetFieldError, readBudgetField, readNumber } from './budget-fields.ts';
import { type KeyForm, readList } from './key-form.ts';
import type { BudgetOptions, KeyChanges, KeyInfo, KeySpec, Limits } from './key-shapes.ts';
import { type LimitKind, limitKinds } from './limit-kinds.ts';

/** A field with which something is wrong: of a limit or a budget with its name or row. */
export type KeyFormField =
  | Exclude<keyof KeyForm, 'limits' | 'budgets'>
  | `limits.${LimitKind}`
  | `budgets.${number}`;

/** What is wrong with it: the name of a word of the page. */
export type KeyFormError =
  | 'errorName'
  | 'errorPath'
  | 'errorPast'
  | 'errorTime'
  | 'errorWhole'
  | BudgetFieldError;

export type KeyFormErrors = Readonly<Partial<Record<KeyFormField, KeyFormError>>>;

/** The same in words. */
export type KeyFormWords = Readonly<Partial<Record<KeyFormField, string>>>;

/** What the form says of a key; where `errors` has anything, it is not to be sent. `now`: milliseconds since the epoch. */
export function readKeyForm(
  form: KeyForm,
  now: number,
): { readonly spec: KeySpec; readonly errors: KeyFormErrors } {
  const errors: Partial<Record<KeyFormField, KeyFormError>> = {};
  const name = form.name.trim();
  if (name === '') errors.name = 'errorName';
  const path = form.path.trim();
  if (path !== '' && path.split('/').includes('')) errors.path = 'errorPath';
  const expiresAt = form.expiresAt === '' ? undefined : new Date(form.expiresAt).getTime();
  if (expiresAt !== undefined && Number.isNaN(expiresAt)) errors.expiresAt = 'errorTime';
  else if (expiresAt !== undefined && expiresAt <= now) errors.expiresAt = 'errorPast';
  const { limits, errors: limitErrors } = readLimits(form.limits);
  const { budgets, errors: budgetErrors } = readBudgets(form.budgets);
  const list = (member: 'models' | 'operations' | 'addresses' | 'regions' | 'tags' | 'roles'): object => {
    const items = readList(form[member]);
    return items.length === 0 ? {} : { [member]: items };
  };
  return {
    errors: { ...errors, ...limitErrors, ...budgetErrors },
    spec: {
      name,
      ...text('tenant', form.tenant),
      ...text('path', path),
      ...list('models'),
      ...list('operations'),
      ...list('addresses'),
      ...list('regions'),
      ...list('tags'),
      ...list('roles'),
      ...(limits === undefined ? {} : { limits }),
      ...(budgets.length === 0 ? {} : { budgets }),
      ...(form.traceless ? { traceless: true } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
  };
}

function text(member: 'tenant' | 'path', value: string): object {
  return value.trim() === '' ? {} : { [member]: value.trim() };
}

function readLimits(fields: KeyForm['limits']): {
  readonly limits: Limits | undefined;
  readonly errors: KeyFormErrors;
} {
  const limits: { -readonly [Kind in keyof Limits]: number } = {};
  const errors: Partial<Record<KeyFormField, KeyFormError>> = {};
  for (const kind of limitKinds) {
    const limit = readNumber(fields[kind]);
    if (limit === undefined) continue;
    if (Number.isSafeInteger(limit) && limit >= 1) limits[kind] = limit;
    else errors[`limits.${kind}`] = 'errorWhole';
  }
  return { limits: Object.keys(limits).length === 0 ? undefined : limits, errors };
}

function readBudgets(fields: KeyForm['budgets']): {
  readonly budgets: readonly BudgetOptions[];
  readonly errors: KeyFormErrors;
} {
  const budgets: BudgetOptions[] = [];
  const errors: Partial<Record<KeyFormField, KeyFormError>> = {};
  for (const field of fields) {
    const budget = readBudgetField(field);
    if (typeof budget === 'string') errors[`budgets.${field.row}`] = budget;
    else budgets.push(budget);
  }
  return { budgets, errors };
}

const changeable = [
  'name',
  'tenant',
  'path',
  'models',
  'operations',
  'addresses',
  'regions',
  'tags',
  'roles',
  'limits',
  'budgets',
  'traceless',
  'expiresAt',
] as const;

/**
 * Only what is another than it was; `null` for what is gone. `before`: what the form was filled with, read back, so that a
 * time without its seconds is not taken for a change.
 */
export function changesOf(before: KeySpec, after: KeySpec): KeyChanges {
  const changed = changeable.filter(
    (member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  );
  return Object.fromEntries(changed.map((member) => [member, after[member] ?? null]));
}

/** Whether the key may be used, and why not. */
export function stateOfKey(
  { disabledAt, expiresAt }: Pick<KeyInfo, 'disabledAt' | 'expiresAt'>,
  now: number,
): 'active' | 'disabled' | 'expired' {
  if (disabledAt !== undefined) return 'disabled';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
}

/** The field that the gateway means by a parameter which it refused; undefined where the form has none of it. */
export function fieldOfParameter(parameter: string, form: KeyForm): KeyFormField | undefined {
  const [member = '', rest = ''] = parameter.split('.');
  if (member === 'limits') {
    const kind = limitKinds.find((one) => rest.startsWith(one));
    return `limits.${kind ?? 'rpm'}`;
  }
  const budget = /^budgets(?:\[(\d+)\])?/.exec(member);
  if (budget !== null) {
    const field = form.budgets[Number(budget[1] ?? 0)];
    return field === undefined ? undefined : `budgets.${field.row}`;
  }
  const plain = changeable.find((one) => one === member);
  return plain === undefined || plain === 'limits' || plain === 'budgets' ? undefined : plain;
}
