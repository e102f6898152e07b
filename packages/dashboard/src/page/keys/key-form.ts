import { type BudgetField, budgetFieldOf } from './budget-fields.ts';
import type { KeyInfo } from './key-shapes.ts';
import { type LimitKind, limitKinds } from './limit-kinds.ts';

/** The fields of the form, as they are typed. Lists have commas or lines between them. */
export interface KeyForm {
  readonly name: string;
  readonly tenant: string;
  readonly path: string;
  readonly models: string;
  readonly operations: string;
  readonly addresses: string;
  readonly regions: string;
  readonly tags: string;
  readonly roles: string;
  /** As `<input type="datetime-local">` has it, in the time zone of the browser. */
  readonly expiresAt: string;
  readonly limits: Readonly<Record<LimitKind, string>>;
  readonly budgets: readonly BudgetField[];
  readonly traceless: boolean;
}

export const emptyKeyForm: KeyForm = {
  name: '',
  tenant: '',
  path: '',
  models: '',
  operations: '',
  addresses: '',
  regions: '',
  tags: '',
  roles: '',
  expiresAt: '',
  limits: { rpm: '', rpd: '', tpm: '', tpd: '', concurrency: '' },
  budgets: [],
  traceless: false,
};

/** A key as it is, to be edited. */
export function formOf(key: KeyInfo): KeyForm {
  const limits = Object.fromEntries(limitKinds.map((kind) => [kind, String(key.limits?.[kind] ?? '')]));
  return {
    name: key.name,
    tenant: key.tenant ?? '',
    path: key.path ?? '',
    models: list(key.models),
    operations: list(key.operations),
    addresses: list(key.addresses),
    regions: list(key.regions),
    tags: list(key.tags),
    roles: list(key.roles),
    expiresAt: key.expiresAt === undefined ? '' : localTime(key.expiresAt),
    limits: { ...emptyKeyForm.limits, ...limits },
    budgets: (key.budgets ?? []).map(budgetFieldOf),
    traceless: key.traceless ?? false,
  };
}

/** `2026-11-22T09:30`, in the time zone of the browser. */
export function localTime(time: number): string {
  const date = new Date(time);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function list(values: readonly string[] | undefined): string {
  return (values ?? []).join(', ');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The items of a list, with commas or lines between them. */
export function readList(text: string): readonly string[] {
  return text.split(/[,\n，、]/).flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
}
