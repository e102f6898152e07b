import type { BudgetOptions } from './budget.ts';
import type { Limits } from './limits.ts';

/** Who calls. Tenants never meet: whatever is stored or cached later carries the tenant. */
export interface Principal {
  /** The company, department or project that pays and owns the data. */
  readonly tenant?: string | undefined;
  /** The person or program inside the tenant. */
  readonly id?: string | undefined;
  /**
   * Where in the tree of who pays: `acme/research/alice`. What the options `budgets` and `limits` say of `acme` and of
   * `acme/research` holds, too. Default: the tenant, and the id below it.
   */
  readonly path?: string | undefined;
  /** What the option `admin` may look at, say. */
  readonly roles?: readonly string[] | undefined;
  /** Of this caller; beside those that the options say. */
  readonly limits?: Limits | undefined;
  /** What this caller may spend; beside what the options say. */
  readonly budgets?: readonly BudgetOptions[] | undefined;
  /** Names of models that may be asked, `*` at the end for any that begin so. Default: all. */
  readonly models?: readonly string[] | undefined;
  /** Operations that may be asked for: `chat`, `embeddings`. Default: all. */
  readonly operations?: readonly string[] | undefined;
  /** Only upstreams in one of these regions serve this caller. Default: all. */
  readonly regions?: readonly string[] | undefined;
  /** Only upstreams that have all of these tags serve this caller: `no-retention`. Default: all. */
  readonly tags?: readonly string[] | undefined;
  /** Nothing of what this caller asks and is answered is kept anywhere. */
  readonly traceless?: boolean | undefined;
  /** Id of the virtual key that was shown; the gateway says it. */
  readonly key?: string | undefined;
}

/** How the names begin that are not a tenant's own words. */
const marked = /^(?:tenant|user) /;

/** Whose something is: nobody else finds it. A tenant and a person are never the same owner, whatever they are called. */
export function ownerOf({ tenant = '', id = '' }: Principal = {}): string {
  if (tenant !== '') return marked.test(tenant) ? `tenant ${tenant}` : tenant;
  return id === '' ? '' : `user ${id}`;
}

/** The tenant of an owner; undefined for a person without one, and for nobody. */
export function tenantOf(owner: string): string | undefined {
  if (owner.startsWith('tenant ')) return owner.slice('tenant '.length);
  return owner === '' || owner.startsWith('user ') ? undefined : owner;
}

/** Where a caller is in the tree of who pays; empty where nobody is told apart. */
export function pathOf({ path, tenant, id }: Principal = {}): string {
  return (
    path ?? [tenant, id].flatMap((name) => (name === undefined || name === '' ? [] : [step(name)])).join('/')
  );
}

/** A name that is one step, whatever it is made of. */
function step(name: string): string {
  return /[%/]/.test(name) ? encodeURIComponent(name.toWellFormed()) : name;
}
