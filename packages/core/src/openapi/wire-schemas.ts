import { count, dollars, isoTime, sums } from '../admin/schemas/words.ts';
import { z } from '../settings/zod-without-globals.ts';

/** The main members of what vendors' clients send and read; whatever else they have is let through. */

const usage = z.looseObject({}).nullish();
const content = z.union([z.string(), z.array(z.looseObject({ type: z.string().optional() })), z.null()]);

export const events: z.ZodType = z.string().describe('Server-sent events.');

export const chatRequest: z.ZodType = z
  .looseObject({
    model: z.string(),
    messages: z.array(z.looseObject({ role: z.string(), content: content.optional() })),
    stream: z.boolean().nullish(),
    max_completion_tokens: z.int().nullish(),
    temperature: z.number().nullish(),
    tools: z.array(z.looseObject({ type: z.string() })).nullish(),
  })
  .meta({ id: 'ChatRequest' });

const choice = { index: z.int(), finish_reason: z.string().nullable() };

export const chatAnswer: z.ZodType = z
  .looseObject({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.looseObject({
        ...choice,
        message: z.looseObject({ role: z.string(), content: content.optional() }),
      }),
    ),
    usage,
  })
  .meta({ id: 'ChatCompletion' });

export const completionAnswer: z.ZodType = z
  .looseObject({
    id: z.string(),
    created: z.int(),
    model: z.string(),
    choices: z.array(z.looseObject({ ...choice, text: z.string() })),
    usage,
  })
  .meta({ id: 'Completion' });

export const responseRequest: z.ZodType = z
  .looseObject({
    model: z.string(),
    input: z.union([z.string(), z.array(z.looseObject({}))]).optional(),
    stream: z.boolean().nullish(),
    previous_response_id: z.string().nullish(),
    background: z.boolean().nullish(),
    store: z.boolean().nullish(),
  })
  .meta({ id: 'ResponseRequest' });

export const response: z.ZodType = z
  .looseObject({
    id: z.string(),
    object: z.literal('response'),
    status: z.string().optional(),
    output: z.array(z.looseObject({ type: z.string() })),
    usage,
  })
  .meta({ id: 'Response' });

const said = z.looseObject({
  model: z.string(),
  max_tokens: z.int(),
  messages: z.array(z.looseObject({ role: z.string(), content })),
  system: z.unknown().optional(),
  stream: z.boolean().optional(),
});
export const messageRequest: z.ZodType = said.meta({ id: 'MessageRequest' });
export const countedMessages: z.ZodType = said.partial({ max_tokens: true });

export const message: z.ZodType = z
  .looseObject({
    id: z.string(),
    type: z.literal('message'),
    role: z.literal('assistant'),
    model: z.string(),
    content: z.array(z.looseObject({ type: z.string() })),
    stop_reason: z.string().nullable(),
    usage: z.looseObject({ input_tokens: z.int(), output_tokens: z.int() }),
  })
  .meta({ id: 'Message' });

export const contentRequest: z.ZodType = z
  .looseObject({ contents: z.array(z.looseObject({ parts: z.array(z.looseObject({})).optional() })) })
  .meta({ id: 'GenerateContentRequest' });

export const generated: z.ZodType = z
  .looseObject({
    candidates: z.array(z.looseObject({})).optional(),
    usageMetadata: z.looseObject({}).optional(),
    modelVersion: z.string().optional(),
  })
  .meta({ id: 'GenerateContentResponse' });

export const list: z.ZodType = z.looseObject({
  object: z.literal('list'),
  data: z.array(z.looseObject({ id: z.string().optional() })),
  has_more: z.boolean(),
});

export const deleted: z.ZodType = z.looseObject({ id: z.string(), deleted: z.literal(true) });

export const model: z.ZodType = z.looseObject({ id: z.string() }).meta({ id: 'Model' });
export const modelList: z.ZodType = z.looseObject({ data: z.array(model) });
export const geminiModel: z.ZodType = z.looseObject({ name: z.string() }).meta({ id: 'GeminiModel' });

export const video: z.ZodType = z
  .looseObject({
    id: z.string(),
    object: z.literal('video'),
    model: z.string(),
    status: z.string(),
    progress: z.number(),
    created_at: z.int(),
  })
  .meta({ id: 'Video' });

export const task: z.ZodType = z
  .looseObject({ id: z.string(), status: z.string() })
  .meta({ id: 'VideoTask' });

export const ownUsage: z.ZodType = z.object({
  from: isoTime,
  to: isoTime,
  key: z.string().nullable(),
  total: z.object(sums),
  models: z.array(z.object({ model: z.string(), ...sums })),
  limits: z.record(z.string(), count),
  budgets: z.array(z.looseObject({ limit: dollars, spent: dollars })),
});

export const openaiError: z.ZodType = z
  .looseObject({
    error: z.looseObject({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: 'OpenAIErrorBody' });

export const anthropicError: z.ZodType = z
  .looseObject({
    type: z.literal('error'),
    error: z.looseObject({ type: z.string(), message: z.string() }),
    request_id: z.string().nullish(),
  })
  .meta({ id: 'AnthropicErrorBody' });

export const geminiError: z.ZodType = z
  .looseObject({
    error: z.looseObject({ code: z.int(), message: z.string(), status: z.string() }),
  })
  .meta({ id: 'GeminiErrorBody' });
