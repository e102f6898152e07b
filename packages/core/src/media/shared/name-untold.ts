import { present } from '../../dialects/shared/read.ts';

/** Of what the caller has asked for, by parameter, the names of what the vendor is not told. */
export function nameUntold(
  asked: Readonly<Record<string, unknown>>,
  told: readonly string[],
): readonly string[] {
  return present(
    Object.keys(asked).map((name) => (asked[name] === undefined || told.includes(name) ? undefined : name)),
  );
}
