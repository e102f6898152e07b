import { modalities } from '../../catalog/modality.ts';
import { z } from '../../settings/zod-without-globals.ts';
import { count, nanoDollars, text, texts } from './words.ts';

const target = { upstream: z.string(), model: z.string() };

export const modelList: z.ZodType = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(modalities).describe('What it is for.'),
      window: count.optional().describe('Tokens that it can read at once.'),
      capabilities: texts.optional(),
      targets: z.array(z.object(target)).describe('In the order in which they are tried.'),
    }),
  ),
});

/** The rest is a chat request's own. */
export const explainedCall: z.ZodType<{ readonly model: string }> = z
  .looseObject({ model: text }, 'must be a chat request')
  .describe('A chat request, as for /v1/chat/completions. Nothing is sent.');

export const explanation: z.ZodType = z.object({
  operation: z.string(),
  model: z.string(),
  servedBy: z.string(),
  inputTokens: z.number().min(0).describe('Of the question, about.'),
  candidates: z
    .array(z.object({ ...target, expectedCost: nanoDollars.optional(), waits: z.boolean() }))
    .describe('In the order in which they would be tried.'),
  leftOut: z.array(z.object({ ...target, reason: z.string() })),
  isForced: z.boolean(),
  fallbacks: z.record(z.string(), texts.or(z.string())).optional(),
});
