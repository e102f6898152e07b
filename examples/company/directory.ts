import type { BudgetTree, Gateway, KeySpec, LimitOptions } from '@vector-engine/express';

const timeZone = 'Europe/Berlin';

/**
 * What may be spent, in dollars: by the company, by its departments, by their projects, and by each developer in a day. A call
 * has to fit into all that are on its way up.
 */
export const budgets: BudgetTree = {
  acme: { limit: 200, timeZone },
  'acme/research': { limit: 100, timeZone },
  'acme/research/vision': { limit: 40, timeZone },
  // Any other department.
  'acme/*': { limit: 50, timeZone },
  // Small, so that its end can be seen.
  'acme/*/*/*': { limit: 0.05, window: 'day', timeZone },
  // Pays before.
  'acme/sales/offers': { window: 'credit' },
};

/** How many requests and tokens, and how much at once. */
export const limits: LimitOptions = {
  gateway: { concurrency: 200 },
  tenant: { rpm: 1000 },
  key: { rpm: 100, concurrency: 8 },
  paths: { 'acme/research': { tpm: 2_000_000 } },
};

export type Name = 'olga' | 'alice' | 'bob' | 'carol' | 'dave';

/** What is said of the key of each. */
const specs: Readonly<Record<Name, KeySpec & { readonly path: string }>> = {
  olga: { name: 'Olga, operations', path: 'acme/it/operations/olga', roles: ['admin'] },
  alice: { name: 'Alice, vision', path: 'acme/research/vision/alice' },
  bob: { name: 'Bob, vision', path: 'acme/research/vision/bob' },
  carol: {
    name: 'Carol, speech',
    path: 'acme/research/speech/carol',
    models: ['small'],
    limits: { rpm: 5 },
  },
  // What dave sends stays in Europe, whatever fails there.
  dave: { name: 'Dave, offers', path: 'acme/sales/offers/dave', regions: ['eu'] },
};

/** A key for each; where there was one before, another in its place: it was shown only when it was made. */
export async function handOutKeys(gateway: Gateway): Promise<Readonly<Record<Name, string>>> {
  const handOut = async (name: Name): Promise<string> => {
    const spec = specs[name];
    const [before] = await gateway.keys.list({ path: spec.path });
    const shown =
      before === undefined ? await gateway.keys.create(spec) : await gateway.keys.rotate(before.id);
    return shown.key;
  };
  return {
    olga: await handOut('olga'),
    alice: await handOut('alice'),
    bob: await handOut('bob'),
    carol: await handOut('carol'),
    dave: await handOut('dave'),
  };
}
