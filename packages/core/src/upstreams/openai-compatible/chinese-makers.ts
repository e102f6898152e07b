import { models } from './models.ts';
import { type Preset, platformParameters } from './preset.ts';

type Maker = 'dashscope' | 'deepseek' | 'minimax' | 'moonshot' | 'volcengine' | 'zhipu';

/** Vendors of China that serve models of their own. The pages named are their own documentation; "assumed" is what these do not say. */
export const chineseMakers: Readonly<Record<Maker, Preset>> = {
  // https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-openai-chat-completions
  // https://www.alibabacloud.com/help/en/model-studio/deep-thinking
  dashscope: {
    baseURL: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    needsKey: true,
    models: models.dashscope,
    quirks: {
      reasoning: 'enable_thinking',
      reasoningHistory: 'reasoning_content',
      refuses: [...platformParameters, 'frequency_penalty', 'logit_bias', 'user'],
      output: 'json_object',
      cacheMarks: 'cache_control',
      continues: 'partial',
      models: [
        // https://www.alibabacloud.com/help/en/model-studio/qwen-structured-output
        { models: /^qwen3\.[78]-(plus|flash|max)/, output: 'json_schema' },
        // "does not support being set to required or object in thinking mode"
        { when: 'reasoning', toolChoices: ['none'] },
        // The first open models think unasked, and do so in streams only.
        {
          models: /^qwen3-(\d+b-a\d+b|[\d.]+b)$/,
          when: 'whole',
          reasoning: 'none',
          adds: { enable_thinking: false },
        },
      ],
    },
  },
  // https://api-docs.deepseek.com/guides/thinking_mode and /api/create-chat-completion
  deepseek: {
    baseURL: 'https://api.deepseek.com',
    needsKey: true,
    models: models.deepseek,
    balance: 'deepseek',
    quirks: {
      reasoning: 'thinking',
      reasoningSize: 'effort',
      efforts: ['low', 'high', 'max'],
      // Without it a conversation with tools is a 400.
      reasoningHistory: 'reasoning_content',
      needsReasoning: true,
      refuses: [
        ...platformParameters,
        'frequency_penalty',
        'logit_bias',
        'n',
        'parallel_tool_calls',
        'presence_penalty',
        'seed',
        'top_k',
        'user',
      ],
      // Only below /beta.
      strictTools: false,
      output: 'json_object',
      maxStops: 16,
      // It thinks unless it is told not to, and then these have no effect.
      models: [{ when: 'maybe-reasoning', refuses: ['temperature', 'top_p'] }],
    },
  },
  // https://platform.minimax.io/docs/api-reference/text-openai-api
  minimax: {
    baseURL: 'https://api.minimax.io/v1',
    needsKey: true,
    models: models.minimax,
    quirks: {
      maxTokens: 'max_completion_tokens',
      // Else reasoning comes inside of the text, between <think> tags.
      adds: { reasoning_split: true },
      reasoningDetails: true,
      reasoning: 'none',
      refuses: [
        ...platformParameters,
        'frequency_penalty',
        'logit_bias',
        'logprobs',
        'n',
        'parallel_tool_calls',
        'presence_penalty',
        'seed',
        'top_k',
        'top_logprobs',
        'user',
      ],
      // Neither is in the description of the API.
      toolChoices: [],
      strictTools: false,
      output: 'none',
      temperatures: [0.01, 1],
      // M2 always thinks.
      models: [{ models: /^MiniMax-M([3-9]|\d\d)/i, reasoning: 'thinking.adaptive', reasoningSize: 'none' }],
    },
  },
  // https://platform.kimi.ai/docs/api/chat, /docs/guide/use-kimi-k2-thinking-model
  moonshot: {
    baseURL: 'https://api.moonshot.ai/v1',
    needsKey: true,
    models: models.moonshot,
    balance: 'moonshot',
    quirks: {
      maxTokens: 'max_completion_tokens',
      efforts: ['low', 'high', 'max'],
      // "thinking is enabled but reasoning_content is missing in assistant tool call message"
      reasoningHistory: 'reasoning_content',
      needsReasoning: true,
      refuses: [
        'logit_bias',
        'metadata',
        'parallel_tool_calls',
        'seed',
        'service_tier',
        'store',
        'top_k',
        'verbosity',
      ],
      renames: { user: 'safety_identifier' },
      continues: 'partial',
      maxStops: 5,
      temperatures: [0, 1],
      models: [
        { models: /^moonshot-/, reasoning: 'none', needsReasoning: false },
        // Fixed by the model: any other value is a 400.
        {
          models: /^kimi-/,
          refuses: ['frequency_penalty', 'n', 'presence_penalty', 'temperature', 'top_p'],
        },
        { models: /^kimi-k2\.[56]/, reasoning: 'thinking', reasoningSize: 'none' },
        // "tool_choice '…' is incompatible with thinking enabled", which it is unasked.
        { models: /^kimi-k2\.[56]/, when: 'maybe-reasoning', toolChoices: ['none'] },
        // It always thinks.
        { models: /^kimi-k2\.7/, reasoning: 'none', toolChoices: ['none'] },
      ],
    },
  },
  // https://www.volcengine.com/docs/82379/1494384
  volcengine: {
    baseURL: 'https://ark.cn-beijing.volces.com/api/v3',
    needsKey: true,
    models: models.volcengine,
    quirks: {
      reasoning: 'thinking',
      reasoningSize: 'none',
      efforts: ['minimal', 'low', 'medium', 'high'],
      reasoningHistory: 'reasoning_content',
      refuses: [...platformParameters, 'top_k'],
      maxStops: 4,
      models: [{ models: /^doubao-seed-(1-[6-9]|[2-9])/, reasoningSize: 'effort' }],
    },
  },
  // https://docs.bigmodel.cn/api-reference/模型-api/对话补全, https://docs.z.ai/guides/capabilities/thinking-mode
  zhipu: {
    baseURL: 'https://open.bigmodel.cn/api/paas/v4',
    needsKey: true,
    takesUsageOption: false,
    models: models.zhipu,
    quirks: {
      reasoning: 'thinking',
      reasoningSize: 'none',
      reasoningHistory: 'reasoning_content',
      refuses: [
        ...platformParameters,
        'frequency_penalty',
        'logit_bias',
        'logprobs',
        'n',
        'parallel_tool_calls',
        'presence_penalty',
        'seed',
        'top_k',
        'top_logprobs',
        'user',
      ],
      messageNames: false,
      toolChoices: [],
      strictTools: false,
      output: 'json_object',
      maxStops: 1,
      temperatures: [0, 1],
      models: [{ models: /^glm-(5\.[2-9]|[6-9])/, reasoningSize: 'effort' }],
    },
  },
};
