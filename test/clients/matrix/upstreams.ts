import {
  anthropic,
  azureOpenAI,
  bedrock,
  deepseek,
  gemini,
  openai,
  openaiCompatible,
  type Upstream,
  vertex,
} from '@vector-engine/core';
import {
  type RecordedRequest,
  type SimulatedUpstream,
  simulatedAnthropic,
  simulatedAzureOpenAI,
  simulatedBedrock,
  simulatedGemini,
  simulatedOpenAI,
  simulatedOpenAICompatible,
  simulatedVertex,
  type VendorOptions,
} from '@vector-engine/testing';

/** One kind of upstream: a simulated provider, and how a gateway is told of it. */
export interface UpstreamKind {
  readonly name: string;
  readonly speaks: Upstream['dialect'];
  /** What callers call its model, and what the provider calls it. */
  readonly model: string;
  readonly nativeModel: string;
  start(options: Pick<VendorOptions, 'answer'>): Promise<SimulatedUpstream>;
  connect(provider: SimulatedUpstream): Upstream;
  /** What it thought stands in its answer. OpenAI's Chat Completions only count it. */
  readonly showsThoughts: boolean;
  /** How many thoughts of earlier turns a request gives back; undefined where it has no place for them. */
  countThoughts(request: RecordedRequest): number | undefined;
  /** It has an option for JSON that fits a schema, and not only one for JSON. */
  readonly takesSchemas: boolean;
  /** A body for its 400, where its usual one says anything else than that the prompt is too long. */
  readonly tooLong?: { readonly body: unknown };
  /** A provider of the same format that does not know what this one keeps or has signed. */
  readonly sharesFormatWith?: string;
}

const apiKey = 'sk-of-the-operator';
const claudeThought = /"signature":"[^"]{20,}"/g;
/** Not what stands in the place of a signature that nobody has. */
const geminiThought = /"thoughtSignature":"(?!skip_)[^"]{20,}"/g;
/** An item of its own, or the name under which OpenAI keeps one. */
const openaiThought = /"type":"reasoning"|"type":"item_reference","id":"rs_/g;

function count(pattern: RegExp): UpstreamKind['countThoughts'] {
  return ({ body }) => JSON.stringify(body).match(pattern)?.length ?? 0;
}

/** Chat Completions of OpenAI never show a thought, and take none. */
const countInResponses: UpstreamKind['countThoughts'] = (request) =>
  request.path.endsWith('/responses') ? count(openaiThought)(request) : undefined;

const openaiTooLong = {
  error: {
    message: "This model's maximum context length is 8 tokens. However, your messages resulted in 9 tokens.",
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  },
};

function connectVertex({ origin }: SimulatedUpstream): Upstream {
  return vertex({ project: 'acme', location: 'europe-west4', token: apiKey, baseURL: `${origin}/v1` });
}

export const upstreamKinds: readonly UpstreamKind[] = [
  {
    name: 'OpenAI',
    speaks: 'openai-chat',
    model: 'gpt-5.2',
    nativeModel: 'gpt-5.2',
    start: simulatedOpenAI,
    connect: ({ baseURL }) => openai({ apiKey, baseURL }),
    showsThoughts: false,
    countThoughts: countInResponses,
    takesSchemas: true,
  },
  {
    name: 'Azure OpenAI',
    speaks: 'openai-chat',
    model: 'gpt-5.2-azure',
    tooLong: { body: openaiTooLong },
    nativeModel: 'gpt-52-prod',
    start: (options) => simulatedAzureOpenAI({ ...options, deployments: { 'gpt-52-prod': 'gpt-5.2' } }),
    connect: ({ origin }) => azureOpenAI({ apiKey, endpoint: origin }),
    showsThoughts: false,
    countThoughts: countInResponses,
    takesSchemas: true,
  },
  {
    name: 'DeepSeek',
    speaks: 'openai-chat',
    model: 'deepseek-reasoner',
    nativeModel: 'deepseek-reasoner',
    start: (options) => simulatedOpenAICompatible({ ...options, vendor: 'deepseek' }),
    connect: ({ baseURL }) => deepseek({ apiKey, baseURL }),
    showsThoughts: true,
    countThoughts: count(/"reasoning_content":"[^"]+"/g),
    takesSchemas: false,
  },
  {
    name: 'vLLM',
    speaks: 'openai-chat',
    model: 'qwen3-32b',
    nativeModel: 'Qwen/Qwen3-32B',
    start: (options) => simulatedOpenAICompatible({ ...options, vendor: 'vllm' }),
    connect: ({ baseURL }) => openaiCompatible({ baseURL }),
    showsThoughts: true,
    countThoughts: () => undefined,
    takesSchemas: true,
  },
  {
    name: 'Anthropic',
    speaks: 'anthropic-messages',
    model: 'claude-opus-4-5',
    nativeModel: 'claude-opus-4-5',
    start: simulatedAnthropic,
    connect: ({ origin }) => anthropic({ apiKey, baseURL: `${origin}/v1` }),
    showsThoughts: true,
    countThoughts: count(claudeThought),
    takesSchemas: true,
  },
  {
    name: 'Vertex AI, Claude',
    speaks: 'anthropic-messages',
    model: 'claude-sonnet-4-6',
    nativeModel: 'claude-sonnet-4-6',
    start: simulatedVertex,
    connect: connectVertex,
    showsThoughts: true,
    countThoughts: count(claudeThought),
    takesSchemas: true,
  },
  {
    name: 'Bedrock',
    speaks: 'bedrock',
    model: 'claude-opus-4-8',
    nativeModel: 'eu.anthropic.claude-opus-4-8',
    start: simulatedBedrock,
    connect: ({ origin }) => bedrock({ apiKey, region: 'eu-central-1', baseURL: origin }),
    showsThoughts: true,
    countThoughts: count(claudeThought),
    takesSchemas: true,
  },
  {
    name: 'Vertex AI, Gemini',
    sharesFormatWith: 'Gemini',
    speaks: 'gemini',
    model: 'gemini-3-flash-preview',
    nativeModel: 'gemini-3-flash-preview',
    start: simulatedVertex,
    connect: connectVertex,
    showsThoughts: true,
    countThoughts: count(geminiThought),
    takesSchemas: true,
  },
  {
    name: 'Gemini',
    speaks: 'gemini',
    model: 'gemini-3.0-pro',
    nativeModel: 'gemini-3.0-pro',
    start: simulatedGemini,
    connect: ({ origin }) => gemini({ apiKey, baseURL: `${origin}/v1beta` }),
    showsThoughts: true,
    countThoughts: count(geminiThought),
    takesSchemas: true,
  },
];
