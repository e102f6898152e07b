/** What can be limited, in the order in which it is asked for. */
export const limitKinds = ['rpm', 'rpd', 'tpm', 'tpd', 'concurrency'] as const;
export type LimitKind = (typeof limitKinds)[number];
