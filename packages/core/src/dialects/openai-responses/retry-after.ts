/** Milliseconds to wait: from the headers, else from the sentence in which OpenAI says it ("Please try again in 1m2.5s"). */
export function readRetryAfter(
  headers: Readonly<Record<string, string>>,
  message: string | undefined,
): number | undefined {
  const exact = wholeNumber(headers['retry-after-ms']);
  if (exact !== undefined) return exact;
  const seconds = wholeNumber(headers['retry-after']);
  if (seconds !== undefined) return seconds * 1000;
  return untilDate(headers['retry-after'], headers['date']) ?? fromSentence(message ?? '');
}

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** By the clock of whoever wrote it. */
function untilDate(until: string | undefined, now: string | undefined): number | undefined {
  const wait = Date.parse(until ?? '') - Date.parse(now ?? '');
  return Number.isFinite(wait) ? Math.max(wait, 0) : undefined;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function fromSentence(message: string): number | undefined {
  const said = /(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?\s?(?:ms|[smhd])[a-z]*\s?)+)/i.exec(
    message,
  )?.[1];
  if (said === undefined) return undefined;
  let total = 0;
  for (const [, amount = '0', unit = 's'] of said.matchAll(/(\d+(?:\.\d+)?)\s?(ms|[smhd])/gi)) {
    total += Number(amount) * (units[unit.toLowerCase()] ?? 1000);
  }
  return Math.ceil(total);
}
