import type { Json } from '../../protocol/json.ts';

/** Longer than this is no advice for a caller that waits. */
const longest = 86_400_000;

const amount = /^\d+(?:\.\d+)?$/;

interface Told {
  /** Fields of the body, the most telling first: seconds, or a duration like "34s". */
  readonly fields?: readonly (Json | undefined)[];
  /** The words of the error: "Please try again in 1m7.66s". */
  readonly message?: string | undefined;
}

/** Milliseconds to wait, as the headers tell, or the body. */
export function findRetryAfter(
  headers: Readonly<Record<string, string>>,
  { fields = [], message = '' }: Told,
): number | undefined {
  const told = [
    () => readNumber(headers['retry-after-ms']),
    () => readHeader(headers),
    ...fields.map((field) => () => readField(field)),
    () => readWords(message),
  ];
  for (const read of told) {
    const milliseconds = read();
    if (milliseconds !== undefined && milliseconds >= 0 && milliseconds <= longest)
      return Math.round(milliseconds);
  }
  return undefined;
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && amount.test(text.trim()) ? Number(text) : undefined;
}

function readSeconds(text: string | undefined): number | undefined {
  const seconds = readNumber(text);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** Seconds, or a date: then counted from the answer's own `date`, so that no clock of ours is needed. */
function readHeader(headers: Readonly<Record<string, string>>): number | undefined {
  const header = headers['retry-after'];
  const seconds = readSeconds(header);
  if (seconds !== undefined) return seconds;
  const wait = Date.parse(header ?? '') - Date.parse(headers['date'] ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function readField(field: Json | undefined): number | undefined {
  if (typeof field === 'number') return field * 1000;
  return typeof field === 'string' ? (readSeconds(field) ?? readDuration(field)) : undefined;
}

const words =
  /\b(?:try again|retry|wait)\b\D{0,40}?((?:\d{1,9}(?:\.\d{1,9})? ?(?:milliseconds?|ms|seconds?|s|minutes?|m|hours?|h|days?|d)(?![a-z]) ?)+)/i;

function readWords(message: string): number | undefined {
  const found = words.exec(message)?.[1];
  return found === undefined ? undefined : readDuration(found);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function readDuration(text: string): number | undefined {
  let sum: number | undefined;
  for (const [, number, unit = 's'] of text.matchAll(/(\d{1,9}(?:\.\d{1,9})?) ?(ms|milli|[smhd])/gi)) {
    sum = (sum ?? 0) + Number(number) * (units[unit.toLowerCase()] ?? 1);
  }
  return sum;
}
