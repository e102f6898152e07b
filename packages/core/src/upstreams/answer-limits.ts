import type { AnswerReading } from './answer-reading.ts';

/** Bytes of a whole answer that are held before anything is written to the caller. */
const wholeLimit = 4_194_304;
/** The same of an answer that is translated, which cannot be done before all of it is here: pictures make them large. */
const translatedLimit = 20_971_520;
/** Bytes of events without content that are held at the start of a stream. */
export const openingLimit = 65_536;
/** Bytes of an error's body that are kept. */
export const errorLimit = 262_144;

export function wholeLimitOf({ passesBytes, limit }: AnswerReading): number {
  return limit ?? (passesBytes ? wholeLimit : translatedLimit);
}
