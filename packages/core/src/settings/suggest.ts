import { findNearNames } from '../routing/find-near-names.ts';

/** A question after what may have been meant, to be put behind a sentence; empty where nothing is near. */
export function suggest(wanted: string, known: Iterable<string>): string {
  const [near] = findNearNames(wanted, known);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
