import { models } from './models.ts';
import { mistralConversation, type Preset, platformParameters } from './preset.ts';

type Maker = 'mistral' | 'perplexity' | 'xai';

/** Vendors of Europe and America that serve models of their own. The pages named are their own documentation; "assumed" is what these do not say. */
export const makers: Readonly<Record<Maker, Preset>> = {
  // https://docs.mistral.ai/api/endpoint/chat, /studio/conversations/reasoning
  mistral: {
    baseURL: 'https://api.mistral.ai/v1',
    needsKey: true,
    takesUsageOption: false,
    models: models.mistral,
    media: { embeddings: 'mistral', moderations: 'mistral', transcriptions: 'mistral' },
    quirks: {
      ...mistralConversation,
      reasoningHistory: 'thinking',
      efforts: ['none', 'high'],
      refuses: [
        'logit_bias',
        'logprobs',
        'service_tier',
        'store',
        'top_k',
        'top_logprobs',
        'user',
        'verbosity',
      ],
      renames: { seed: 'random_seed' },
      messageNames: false,
      toolChoices: ['none', 'any', 'named'],
      documentUrls: 'document_url',
      continues: 'prefix',
      temperatures: [0, 1.5],
      models: [
        { models: /^(codestral|ministral|mistral-code|mistral-large|voxtral)/, reasoning: 'none' },
        {
          models: /^mistral-large-4/,
          reasoning: 'reasoning_effort',
          efforts: ['low', 'medium', 'high'],
        },
        { models: /^zai-glm-(5$|5-3|latest)/, efforts: ['low', 'high', 'max'] },
      ],
    },
  },
  // https://docs.perplexity.ai/api-reference/sonar-post
  perplexity: {
    baseURL: 'https://api.perplexity.ai',
    needsKey: true,
    takesUsageOption: false,
    models: models.perplexity,
    quirks: {
      efforts: ['minimal', 'low', 'medium', 'high'],
      refuses: [...platformParameters, 'logit_bias', 'seed', 'user'],
      messageNames: false,
      toolChoices: ['none', 'required'],
      output: 'only_json_schema',
      // These only search.
      models: [{ models: /^sonar(-pro)?$/, reasoning: 'none' }],
    },
  },
  // https://docs.x.ai/developers/model-capabilities/text/reasoning
  xai: {
    baseURL: 'https://api.x.ai/v1',
    needsKey: true,
    models: models.xai,
    media: { images: 'xai', 'image-edits': 'xai' },
    videos: 'xai',
    quirks: {
      maxTokens: 'max_completion_tokens',
      efforts: ['none', 'low', 'medium', 'high'],
      refuses: [...platformParameters, 'frequency_penalty', 'logit_bias', 'presence_penalty', 'top_k'],
      maxStops: 4,
      models: [
        // All but these reason.
        { models: /^(?!grok-2|grok-3(?!-mini)|.*non-reasoning)/, refuses: ['stop'] },
        { models: /^grok-3-mini/, efforts: ['low', 'high'] },
        { models: /^grok-4\.([5-9]|1\d)/, efforts: ['low', 'medium', 'high'] },
        { models: /^grok-4\.6/, efforts: ['low', 'medium', 'high', 'xhigh'] },
        // "Specifying reasoning_effort on these models will return an error."
        { models: /^grok-(2|3(?!-mini)|4($|-)|4\.20(-\d{4})?-(non-)?reasoning$|code)/, reasoning: 'none' },
      ],
    },
  },
};
