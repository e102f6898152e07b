import type { Pick } from '../strategy.ts';

/** The first in the order written. */
export const priority: Pick = (members, isOpen) => members.find(isOpen);
