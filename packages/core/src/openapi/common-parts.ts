import type {
  ZodOpenApiComponentsObject,
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
} from 'zod-openapi';
import type { Dialect } from '../protocol/call.ts';
import type { z } from '../settings/zod-without-globals.ts';
import type { Tag } from './description.ts';
import { anthropicError, geminiError, openaiError } from './wire-schemas.ts';

const header = (
  description: string,
  type: 'string' | 'number' | 'integer' = 'string',
): { description: string; schema: { type: 'string' | 'number' | 'integer' } } => ({
  description,
  schema: { type },
});

const headers = {
  RequestId: header('Of the request, the same in events and logs.'),
  Upstream: header('The upstream that answered, by its name here.'),
  Model: header("The model's name there."),
  Attempts: header('How many attempts it took.', 'integer'),
  Dropped: header('Parameters that the upstream has no words for.'),
  Adjusted: header('What was made in place of what was asked for.'),
  Cost: header('Dollars; left out where it is not known when the answer begins.', 'number'),
  Cache: header('hit, miss, joined or bypass; left out where there is no cache.'),
};

/** By which headers an answer can be found again. */
export const idHeader: Readonly<Record<string, { $ref: string }>> = {
  'x-request-id': { $ref: '#/components/headers/RequestId' },
};

/** What the gateway did. */
export const callHeaders: Readonly<Record<string, { $ref: string }>> = {
  'x-vector-upstream': { $ref: '#/components/headers/Upstream' },
  'x-vector-model': { $ref: '#/components/headers/Model' },
  'x-vector-attempts': { $ref: '#/components/headers/Attempts' },
  'x-vector-dropped': { $ref: '#/components/headers/Dropped' },
  'x-vector-adjusted': { $ref: '#/components/headers/Adjusted' },
  'x-vector-cost-usd': { $ref: '#/components/headers/Cost' },
  'x-vector-cache': { $ref: '#/components/headers/Cache' },
};

const wish = (name: string, description: string): Wish => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

type Wish = {
  readonly name: string;
  readonly in: 'header';
  readonly description: string;
  readonly schema: { readonly type: 'string' };
};

const parameters = {
  Priority: wish('x-vector-priority', 'interactive or batch.'),
  Timeout: wish('x-vector-timeout', 'How long the caller waits: 30, 1.5 or 1500ms.'),
  Tags: wish('x-vector-tags', 'Words with commas between them.'),
  Traceless: wish('x-vector-traceless', '1: nothing of it is kept.'),
  Regions: wish('x-vector-regions', 'Only upstreams in one of these serve it.'),
  UpstreamTags: wish('x-vector-upstream-tags', 'Only upstreams that have all of these serve it.'),
};

/** What a caller can say of how it wants to be served. */
export const wishes: NonNullable<ZodOpenApiOperationObject['parameters']> = Object.keys(parameters).map(
  (name) => ({ $ref: `#/components/parameters/${name}` }),
);

const error = (schema: z.ZodType): ZodOpenApiResponseObject => ({
  description: 'It was refused, or has failed.',
  headers: idHeader,
  content: { 'application/json': { schema } },
});

const responses = {
  OpenAIError: error(openaiError),
  AnthropicError: error(anthropicError),
  GeminiError: error(geminiError),
};

/** How errors are said in a dialect. */
export function errorOf(dialect: Dialect): string {
  const names: Partial<Record<Dialect, keyof typeof responses>> = {
    'anthropic-messages': 'AnthropicError',
    gemini: 'GeminiError',
  };
  return `#/components/responses/${names[dialect] ?? 'OpenAIError'}`;
}

/** A key in one of the places where vendors' clients put it; or the host's own login, a cookie say. */
export const security: Record<string, string[]>[] = [
  { bearer: [] },
  { apiKey: [] },
  { googleKey: [] },
  { queryKey: [] },
  {},
];

export const components: ZodOpenApiComponentsObject = {
  headers,
  parameters,
  responses,
  securitySchemes: {
    bearer: { type: 'http', scheme: 'bearer' },
    apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    googleKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
    queryKey: { type: 'apiKey', in: 'query', name: 'key' },
  },
};

export const tags: readonly { readonly name: Tag; readonly description: string }[] = [
  { name: 'Chat', description: 'Text, in the words of three vendors.' },
  { name: 'Responses', description: "OpenAI's Responses." },
  { name: 'Models', description: 'What there is to ask.' },
  { name: 'Media', description: 'Pictures, sound, embeddings, rankings and moderations.' },
  { name: 'Videos', description: 'What takes its time, and what it has made.' },
  { name: 'Native', description: 'What passes as it is.' },
  { name: 'Account', description: "A caller's own." },
  { name: 'Admin', description: 'For operators.' },
];
