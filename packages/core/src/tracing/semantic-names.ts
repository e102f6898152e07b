import type { Operation } from '../protocol/call.ts';

/**
 * OpenTelemetry's names for what is asked of models, from https://github.com/open-telemetry/semantic-conventions-genai
 * (docs/gen-ai/client-inference.md, client-embeddings.md), where they have moved to and still are in development: they are
 * kept here, and not taken from a package in which they change.
 */
export const genAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  stream: 'gen_ai.request.stream',
  choices: 'gen_ai.request.choice.count',
  maxTokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  topP: 'gen_ai.request.top_p',
  topK: 'gen_ai.request.top_k',
  seed: 'gen_ai.request.seed',
  frequencyPenalty: 'gen_ai.request.frequency_penalty',
  presencePenalty: 'gen_ai.request.presence_penalty',
  reasoning: 'gen_ai.request.reasoning.level',
  encodings: 'gen_ai.request.encoding_formats',
  dimensions: 'gen_ai.embeddings.dimension.count',
  output: 'gen_ai.output.type',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  finishReasons: 'gen_ai.response.finish_reasons',
  firstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  instructions: 'gen_ai.system_instructions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
} as const;

/** The stable ones of all conventions: https://github.com/open-telemetry/semantic-conventions (docs/registry/attributes). */
export const general = {
  error: 'error.type',
  address: 'server.address',
  port: 'server.port',
  status: 'http.response.status_code',
} as const;

/** Our own. */
export const own = {
  operation: 'vector.operation',
  requestId: 'vector.request_id',
  upstream: 'vector.upstream',
  model: 'vector.model',
  key: 'vector.upstream_key',
  attempt: 'vector.attempt',
  reason: 'vector.attempt.reason',
  after: 'vector.attempt.after',
  attempts: 'vector.attempts',
  cancelled: 'vector.cancelled',
  cache: 'vector.cache',
  cost: 'vector.cost_usd',
  inputTokens: 'vector.input_tokens',
  outputTokens: 'vector.output_tokens',
  isEstimated: 'vector.usage_is_estimated',
  tenant: 'vector.tenant',
  principal: 'vector.principal',
  virtualKey: 'vector.key',
  priority: 'vector.priority',
} as const;

/** The convention's word where it has one: picture, sound and film are content that is generated. */
const operations: Readonly<Partial<Record<Operation, string>>> = {
  completions: 'text_completion',
  'stored-response': 'fetch_response',
  'count-tokens': 'count_tokens',
  images: 'generate_content',
  'image-edits': 'generate_content',
  'image-variations': 'generate_content',
  speech: 'generate_content',
  transcriptions: 'generate_content',
  translations: 'generate_content',
  video: 'generate_content',
};

export function operationName(operation: Operation): string {
  return operations[operation] ?? operation;
}

/** What comes out, where the operation says it. */
export const outputTypes: Readonly<Partial<Record<Operation, string>>> = {
  images: 'image',
  'image-edits': 'image',
  'image-variations': 'image',
  speech: 'speech',
  transcriptions: 'text',
  translations: 'text',
  video: 'video',
};

/** By our names for vendors; others are called as we call them. */
const providers: ReadonlyMap<string, string> = new Map([
  ['azure-openai', 'azure.ai.openai'],
  ['bedrock', 'aws.bedrock'],
  ['gemini', 'gcp.gemini'],
  ['mistral', 'mistral_ai'],
  ['moonshot', 'moonshot_ai'],
  ['vertex', 'gcp.vertex_ai'],
  ['xai', 'x_ai'],
]);

export function providerName(vendor: string): string {
  return providers.get(vendor) ?? vendor;
}
