/** A text of a reply, which the user's client may give as bytes; undefined where there is none. */
export function toText(reply: unknown): string | undefined {
  if (typeof reply === 'string') return reply;
  if (typeof reply === 'number' || typeof reply === 'bigint') return String(reply);
  return Buffer.isBuffer(reply) ? reply.toString() : undefined;
}

/** A list of texts, one for each of what was asked for. */
export function toTexts(reply: unknown): (string | undefined)[] {
  return Array.isArray(reply) ? reply.map(toText) : [];
}

/** The members of what was written as JSON; none where it is anything else. */
export function readObject(text: unknown): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(toText(text) ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Whole numbers, as a script gives them: as many as it gives. */
export function toNumbers(reply: unknown): number[] {
  return toTexts(reply).map(Number);
}

/** As a script takes a number: to the last digit, where Lua's own `tostring` keeps fourteen. */
export function whole(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (Number.isNaN(value)) throw new TypeError('there is a number to be counted that is none');
  return String(Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER)));
}

/** Money is not rounded. */
export function exact(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new RangeError(`${value} cannot be counted exactly`);
}
