import type { PriceInDollars } from '../catalog/price.ts';
import { z } from './zod-without-globals.ts';

const dollars = z
  .number('must be a number of dollars')
  .nonnegative('must be a number of dollars, not negative');
const perMillion = z
  .number('must be a number of dollars per million tokens')
  .nonnegative('must be a number of dollars per million tokens, not negative');
const graded = z.union(
  [dollars, z.record(z.string(), dollars)],
  'must be a number of dollars, or an object of them by quality and size: { default: 0.04, "hd 1024x1792": 0.12 }',
);
/** Of a model, as `prices` has it. */
export const price: z.ZodType<PriceInDollars, PriceInDollars> = z
  .strictObject(
    {
      input: perMillion.optional(),
      output: perMillion.optional(),
      cachedInput: perMillion.optional(),
      cacheWrite: perMillion.optional(),
      cacheWriteHour: perMillion.optional(),
      imageInput: perMillion.optional(),
      audioInput: perMillion.optional(),
      videoInput: perMillion.optional(),
      imageOutput: perMillion.optional(),
      audioOutput: perMillion.optional(),
      videoOutput: perMillion.optional(),
      image: graded.optional(),
      second: graded.optional(),
      characters: dollars.optional(),
      search: dollars.optional(),
      request: dollars.optional(),
      batch: z.number('must be a share').gt(0, 'must be above 0').lte(1, 'must be at most 1').optional(),
    },
    'must be { input, output } in dollars per million tokens',
  )
  // A price of text has both: one that is forgotten must not be taken for nothing.
  .refine((given) => given.output !== undefined || !isOfText(given), {
    path: ['output'],
    message: 'must be a number of dollars per million tokens; 0 where nothing is written',
  })
  .refine((given) => given.input !== undefined || !isOfText(given), {
    path: ['input'],
    message: 'must be a number of dollars per million tokens',
  })
  .refine((given) => hasAny(given), 'is empty; for a model that costs nothing, say { input: 0, output: 0 }');

function isOfText(given: PriceInDollars): boolean {
  const { input, output, cachedInput, cacheWrite, cacheWriteHour, batch, ...others } = given;
  return (
    !hasAny(others) && (input ?? output ?? cachedInput ?? cacheWrite ?? cacheWriteHour ?? batch) !== undefined
  );
}

function hasAny(members: object): boolean {
  return Object.keys(members).length > 0;
}
