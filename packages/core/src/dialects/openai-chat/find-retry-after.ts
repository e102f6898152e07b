import type { JsonObject } from '../../protocol/json.ts';
import { listOf, numberOf, objectOf, stringOf } from './read.ts';

/** Longer than this is no advice for a caller that waits. */
const longest = 86_400_000;

/** Milliseconds to wait, as the headers tell, or the body: "Please try again in 1m7.66s". */
export function findRetryAfter(
  headers: Readonly<Record<string, string>>,
  error: JsonObject,
  message: string,
): number | undefined {
  return (
    within(parseNumber(headers['retry-after-ms'])) ??
    within(readHeader(headers)) ??
    within(readField(error)) ??
    within(readWords(message))
  );
}

function within(milliseconds: number | undefined): number | undefined {
  return milliseconds !== undefined && milliseconds >= 0 && milliseconds <= longest
    ? milliseconds
    : undefined;
}

function parseNumber(text: string | undefined): number | undefined {
  return text === undefined || text.trim() === '' ? undefined : numberOf(Number(text));
}

/** Seconds, or a date: then counted from the answer's own `date`, so that no clock of ours is needed. */
function readHeader(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after'];
  const seconds = parseNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const wait = Date.parse(value ?? '') - Date.parse(headers['date'] ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** A field of the error: seconds; Google's `RetryInfo` says "34s". */
function readField(error: JsonObject): number | undefined {
  const seconds = numberOf(error['retry_after']) ?? numberOf(objectOf(error['metadata'])?.['retry_after']);
  if (seconds !== undefined) return seconds * 1000;
  const delays = listOf(error['details']).map((detail) => stringOf(objectOf(detail)?.['retryDelay']));
  const delay = delays.find((text) => text !== undefined);
  return delay === undefined ? undefined : readDuration(delay);
}

function readWords(message: string): number | undefined {
  const found =
    /(?:try again|retry)(?: again)?(?: in| after) ((?:\d{1,9}(?:\.\d{1,9})? ?(?:hours?|minutes?|seconds?|ms|h|m|s)\b ?)+|(?:\d{1,9}(?:\.\d{1,9})?(?:ms|h|m|s))+)/i.exec(
      message,
    );
  return found?.[1] === undefined ? undefined : readDuration(found[1]);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function readDuration(text: string): number | undefined {
  let sum: number | undefined;
  for (const [, number, unit = 's'] of text.matchAll(/(\d{1,9}(?:\.\d{1,9})?) ?(ms|h|m|s)/gi)) {
    sum = (sum ?? 0) + Number(number) * (units[unit.toLowerCase()] ?? 1000);
  }
  return sum === undefined ? undefined : Math.round(sum);
}
