import { models } from './models.ts';
import { mistralConversation, type Preset, platformParameters } from './preset.ts';

type Host = 'cerebras' | 'fireworks' | 'groq' | 'nvidia' | 'openrouter' | 'siliconflow' | 'together';

/** Vendors that serve other makers' models. */
export const hosts: Readonly<Record<Host, Preset>> = {
  // https://inference-docs.cerebras.ai/api-reference/chat-completions and /capabilities/reasoning
  cerebras: {
    baseURL: 'https://api.cerebras.ai/v1',
    needsKey: true,
    models: models.cerebras,
    quirks: {
      maxTokens: 'max_completion_tokens',
      refuses: ['metadata', 'store', 'top_k', 'verbosity'],
      developerRole: true,
      reasoning: 'none',
      maxStops: 4,
      models: [
        {
          models: /gpt-oss|glm|thinking/,
          reasoning: 'reasoning_effort',
          reasoningHistory: 'reasoning',
          efforts: ['none', 'low', 'medium', 'high'],
        },
        { models: /gpt-oss/, efforts: ['low', 'medium', 'high'] },
        // Else it comes inside of the text, between <think> tags.
        { models: /^qwen.*thinking/, adds: { reasoning_format: 'parsed' } },
      ],
    },
  },
  // https://docs.fireworks.ai/guides/reasoning
  fireworks: {
    baseURL: 'https://api.fireworks.ai/inference/v1',
    needsKey: true,
    models: models.fireworks,
    quirks: { efforts: ['none', 'low', 'medium', 'high'], reasoningHistory: 'reasoning_content' },
  },
  // https://console.groq.com/docs/api-reference, /docs/openai, /docs/reasoning, /docs/structured-outputs
  groq: {
    baseURL: 'https://api.groq.com/openai/v1',
    needsKey: true,
    // It comes in `x_groq` of the last chunk, unasked.
    takesUsageOption: false,
    models: models.groq,
    quirks: {
      maxTokens: 'max_completion_tokens',
      refuses: [
        ...platformParameters,
        'frequency_penalty',
        'logit_bias',
        'logprobs',
        'n',
        'presence_penalty',
        'top_k',
        'top_logprobs',
      ],
      messageNames: false,
      reasoning: 'none',
      output: 'json_object',
      maxStops: 4,
      models: [
        { models: /gpt-oss|kimi-k2|llama-4|qwen3\.[68]/, output: 'json_schema' },
        {
          models: /gpt-oss|qwen3/,
          reasoning: 'reasoning_effort',
          reasoningHistory: 'reasoning',
          efforts: ['low', 'medium', 'high'],
        },
        // Off, or as the model likes; and else it comes inside of the text.
        { models: /qwen3/, efforts: ['none'], adds: { reasoning_format: 'parsed' } },
        { models: /qwen3\.8/, efforts: ['none', 'low', 'medium', 'high'] },
        // "json mode cannot be combined with tool/function calling"
        { when: 'tools', output: 'none' },
      ],
    },
  },
  // https://docs.nvidia.com/nim/large-language-models/latest/reference/api-reference.html: vLLM, with each maker's own template
  nvidia: {
    baseURL: 'https://integrate.api.nvidia.com/v1',
    needsKey: true,
    models: models.nvidia,
    quirks: {
      reasoning: 'chat_template_kwargs',
      reasoningSize: 'none',
      refuses: [...platformParameters, 'user'],
      models: [
        { models: /gpt-oss/, reasoning: 'reasoning_effort', efforts: ['low', 'medium', 'high'] },
        { models: /mistral|magistral|devstral|mixtral/, ...mistralConversation },
      ],
    },
  },
  // https://openrouter.ai/docs/api-reference/parameters, /docs/use-cases/reasoning-tokens, /docs/features/multimodal/pdfs
  openrouter: {
    baseURL: 'https://openrouter.ai/api/v1',
    needsKey: true,
    // "This field has no effect. Full usage details are always included."
    takesUsageOption: false,
    models: models.openrouter,
    balance: 'openrouter',
    quirks: {
      reasoning: 'reasoning',
      efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
      reasoningHistory: 'reasoning',
      reasoningDetails: true,
      refuses: ['metadata', 'prompt_cache_key', 'store'],
      cacheMarks: 'cache_control',
      documentUrls: 'file_data',
      models: [{ models: /^mistralai\//, ...mistralConversation }],
    },
  },
  // https://docs.siliconflow.com/en/api-reference/chat-completions/chat-completions
  siliconflow: {
    baseURL: 'https://api.siliconflow.com/v1',
    needsKey: true,
    models: models.siliconflow,
    media: { images: 'siliconflow', 'image-edits': 'siliconflow' },
    balance: 'siliconflow',
    quirks: {
      reasoning: 'enable_thinking',
      maxBudget: 32_768,
      reasoningHistory: 'reasoning_content',
      refuses: [...platformParameters, 'logit_bias', 'parallel_tool_calls', 'seed', 'user'],
      output: 'json_object',
      maxStops: 4,
      // "thinking is enabled but reasoning_content is missing in assistant tool call message"
      models: [{ models: /kimi-k[2-9]|deepseek-v(3\.[2-9]|[4-9])/i, needsReasoning: true }],
    },
  },
  // https://docs.together.ai/reference/chat-completions, /docs/reasoning-overview
  together: {
    baseURL: 'https://api.together.xyz/v1',
    needsKey: true,
    models: models.together,
    media: { images: 'together', 'image-edits': 'together' },
    quirks: {
      reasoning: 'reasoning.enabled',
      reasoningSize: 'effort',
      efforts: ['low', 'medium', 'high'],
      reasoningHistory: 'reasoning',
      // Its `logprobs` is a number, and the answer has them in a form of its own.
      refuses: [...platformParameters, 'logprobs', 'parallel_tool_calls', 'top_logprobs', 'user'],
      models: [
        { models: /gpt-oss/, reasoning: 'reasoning_effort' },
        { models: /glm-5\.3/i, reasoning: 'reasoning_effort', efforts: ['low', 'medium', 'high', 'max'] },
      ],
    },
  },
};
