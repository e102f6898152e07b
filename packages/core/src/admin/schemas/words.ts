import { z } from '../../settings/zod-without-globals.ts';

/** A question behind the question mark, and what is read of it. */
export type QuerySchema<Output> = z.ZodObject & z.ZodType<Output>;

/** What questions have in common; what is wrong goes on from "it". */
export const text: z.ZodString = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(512, 'must have at most 512 characters');

export const whole: z.ZodCoercedNumber = z.coerce.number('must be a number').int('must be a whole number');

/** How many of a list. */
export function upTo(most: number): z.ZodCoercedNumber {
  return whole.min(1, 'must be at least 1').max(most, `must be at most ${most.toLocaleString('en')}`);
}

/** Milliseconds since the epoch, or as ISO 8601 writes it: `2026-11-01`, `2026-11-01T09:00:00Z`. */
export const moment: z.ZodType<number, string> = text
  .transform((value, context) => {
    const time = /^\d{5,16}$/.test(value) ? Number(value) : Date.parse(value);
    if (Number.isSafeInteger(time)) return time;
    context.issues.push({ code: 'custom', input: value, message: 'must be a time: 2026-11-01T09:00:00Z' });
    return z.NEVER;
  })
  .describe('Milliseconds since the epoch, or a time of ISO 8601.');

/** What answers have in common. */
export const count: z.ZodInt = z.int().min(0);
export const nanoDollars: z.ZodInt = z.int().describe('Nano-dollars: 1e-9 of a dollar.');
export const dollars: z.ZodNumber = z.number().describe('Dollars.');
export const time: z.ZodNumber = z.number().describe('Milliseconds since the epoch.');
export const milliseconds: z.ZodNumber = z.number().min(0).describe('Milliseconds.');
export const share: z.ZodNumber = z.number().min(0).max(1);
export const isoTime: z.ZodString = z.string().describe('A time of ISO 8601.');
export const texts: z.ZodArray<z.ZodString> = z.array(z.string());

/** What calls add up to. */
export const sums: Readonly<Record<string, z.ZodType>> = {
  calls: count,
  failed: count.describe('With an error.'),
  cacheHits: count,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  reasoningTokens: count,
  cost: nanoDollars,
  saved: nanoDollars,
  dollars,
  milliseconds,
};

/** A cursor to the next page; null on the last one. */
export const cursor: z.ZodType = z.string().nullable().describe('For the next page; null on the last one.');
