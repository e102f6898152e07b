/** Who calls. Tenants never meet: whatever is stored or cached later carries the tenant. */
export interface Principal {
  /** The company, department or project that pays and owns the data. */
  readonly tenant?: string | undefined;
  /** The person or program inside the tenant. */
  readonly id?: string | undefined;
}
