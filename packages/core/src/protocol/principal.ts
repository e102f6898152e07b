/** Who calls. Tenants never meet: whatever is stored or cached later carries the tenant. */
export interface Principal {
  /** The company, department or project that pays and owns the data. */
  readonly tenant?: string | undefined;
  /** The person or program inside the tenant. */
  readonly id?: string | undefined;
}

/** How the names begin that are not a tenant's own words. */
const marked = /^(?:tenant|user) /;

/** Whose something is: nobody else finds it. A tenant and a person are never the same owner, whatever they are called. */
export function ownerOf({ tenant = '', id = '' }: Principal = {}): string {
  if (tenant !== '') return marked.test(tenant) ? `tenant ${tenant}` : tenant;
  return id === '' ? '' : `user ${id}`;
}
