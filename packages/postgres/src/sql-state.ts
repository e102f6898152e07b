/** What Postgres says has gone wrong, in five letters and digits; undefined where it was not Postgres that said it. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return code;
  return error.cause === undefined ? undefined : sqlState(error.cause);
}

const startsWith = (error: unknown, ...classes: readonly string[]): boolean =>
  classes.includes(sqlState(error)?.slice(0, 2) ?? '');

/** The server has refused a statement, and the connection is as good as before. */
export function isRefusal(error: unknown): boolean {
  const state = sqlState(error);
  // 57P…: the server shuts down; 08, 53, 58: it is out of reach, or in trouble.
  return state !== undefined && !state.startsWith('57P') && !startsWith(error, '08', '53', '58', 'XX');
}

/** What was asked cannot be done, whenever it is asked: a number too large, an id that is there. */
export const isDataError = (error: unknown): boolean => startsWith(error, '22', '23');

/** Others were in the way: nothing was done, and another try is worth it. */
export const isConflict = (error: unknown): boolean => startsWith(error, '40');

/** The tables are not there (any more). */
export const isMissing = (error: unknown): boolean =>
  ['42P01', '42883', '3F000'].includes(sqlState(error) ?? '');
