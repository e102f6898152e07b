import type { Ledger } from '../protocol/ledger.ts';

/**
 * A ledger to be read: what is over is written down first, so that who has had an answer sees it in the figures. Where the
 * store takes nothing at the moment, what is there is read.
 */
export function upToDate(ledger: Ledger, flush: () => Promise<void>): Ledger {
  const written = (): Promise<void> => flush().catch(() => {});
  return {
    isShared: ledger.isShared,
    accounts: ledger.accounts,
    keys: ledger.keys,
    append: (entries, contents) => ledger.append(entries, contents),
    query: async (query) => {
      await written();
      return ledger.query(query);
    },
    find: async (id) => {
      await written();
      return ledger.find(id);
    },
    totals: async (filter, groups) => {
      await written();
      return ledger.totals(filter, groups);
    },
    content: async (id) => {
      await written();
      return ledger.content(id);
    },
    prune: (retention) => ledger.prune(retention),
    close: () => ledger.close(),
  };
}
