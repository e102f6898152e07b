import { expectedCost } from '../expected-cost.ts';
import { findLowest, type Pick } from '../strategy.ts';

/** The lowest price for a call of this size; of equals, and of those whose price nobody knows, the first written. */
export const cheapest: Pick = (members, isOpen, { request }) => {
  // Read once, and not for each of the members.
  const { inputTokens, maxTokens } = request;
  const size = { inputTokens, maxTokens };
  return findLowest(members, isOpen, ({ price }) => expectedCost(price, size) ?? Number.MAX_VALUE);
};
