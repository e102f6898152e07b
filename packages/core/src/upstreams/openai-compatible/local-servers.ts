import { models } from './models.ts';
import { type Preset, platformParameters } from './preset.ts';

/** Servers on one's own machine, at the address that they have unless told otherwise. */
export const localServers: Readonly<Record<'lmStudio' | 'ollama' | 'vllm', Preset>> = {
  // https://lmstudio.ai/docs/developer/openai-compat/chat-completions and /structured-output
  lmStudio: {
    baseURL: 'http://127.0.0.1:1234/v1',
    needsKey: false,
    models: models.lmStudio,
    quirks: {
      efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
      refuses: [...platformParameters, 'logprobs', 'n', 'parallel_tool_calls', 'top_logprobs', 'user'],
      // "Invalid tool_choice type: 'object'. Supported string values: none, auto, required"
      toolChoices: ['none', 'required'],
      // "'response_format.type' must be 'json_schema' or 'text'"
      output: 'only_json_schema',
    },
  },
  // https://docs.ollama.com/api/openai-compatibility
  ollama: {
    baseURL: 'http://127.0.0.1:11434/v1',
    needsKey: false,
    models: models.ollama,
    quirks: {
      efforts: ['none', 'low', 'medium', 'high'],
      reasoningHistory: 'reasoning',
      refuses: [...platformParameters, 'logit_bias', 'n', 'parallel_tool_calls', 'top_k', 'user'],
      // A list of texts becomes a message for each.
      joinsText: true,
    },
  },
  // https://docs.vllm.ai/en/latest/serving/online_serving/openai_compatible_server
  vllm: {
    baseURL: 'http://127.0.0.1:8000/v1',
    needsKey: false,
    models: models.vllm,
    quirks: {
      maxTokens: 'max_completion_tokens',
      reasoningHistory: 'reasoning',
      models: [{ models: /mistral|magistral|devstral|mixtral/i, callIds: 'nine-characters' }],
    },
  },
};
