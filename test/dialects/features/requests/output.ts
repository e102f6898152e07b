import { json, type Pattern } from '../fits.ts';
import { type Feature, never } from './feature.ts';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const hello = [{ role: 'user', content: 'A city, as JSON' }];

/** Fields of Gemini's `generationConfig`. */
function settings<Fields>(generationConfig: Fields): { readonly generationConfig: Fields } {
  return { generationConfig };
}

const thinking = (pattern: Pattern): Pattern => ({ additionalModelRequestFields: pattern });

export const output: readonly Feature[] = [
  {
    name: 'JSON by a schema',
    said: {
      'openai-chat': {
        response_format: { type: 'json_schema', json_schema: { name: 'city', schema, strict: true } },
      },
      'openai-responses': { text: { format: { type: 'json_schema', name: 'city', schema, strict: true } } },
      'anthropic-messages': { output_config: { format: { type: 'json_schema', schema } } },
      gemini: settings({ responseMimeType: 'application/json', responseJsonSchema: schema }),
    },
    heard: {
      'openai-chat': { response_format: { type: 'json_schema', json_schema: { schema } } },
      'openai-responses': { text: { format: { type: 'json_schema', schema } } },
      'anthropic-messages': { output_config: { format: { type: 'json_schema', schema } } },
      gemini: settings({ responseMimeType: 'application/json', responseJsonSchema: schema }),
      bedrock: { outputConfig: { textFormat: { structure: { jsonSchema: { schema: json(schema) } } } } },
    },
    told: never,
  },
  {
    name: 'JSON of any shape',
    said: {
      'openai-chat': { messages: hello, response_format: { type: 'json_object' } },
      'openai-responses': { input: hello, text: { format: { type: 'json_object' } } },
      gemini: settings({ responseMimeType: 'application/json' }),
    },
    heard: {
      'openai-chat': { response_format: { type: 'json_object' } },
      'openai-responses': { text: { format: { type: 'json_object' } } },
      // The answer is the input of a tool.
      'anthropic-messages': { tool_choice: { type: 'tool', name: /json/ } },
      gemini: settings({ responseMimeType: 'application/json' }),
      bedrock: { toolConfig: { toolChoice: { tool: { name: /json/ } } } },
    },
    told: never,
  },
  {
    name: 'The most tokens of an answer',
    said: {
      'openai-chat': { max_completion_tokens: 1234 },
      'openai-responses': { max_output_tokens: 1234 },
      'anthropic-messages': { max_tokens: 1234 },
      gemini: settings({ maxOutputTokens: 1234 }),
    },
    heard: {
      'openai-chat': { max_completion_tokens: 1234 },
      'openai-responses': { max_output_tokens: 1234 },
      'anthropic-messages': { max_tokens: 1234 },
      gemini: settings({ maxOutputTokens: 1234 }),
      bedrock: { inferenceConfig: { maxTokens: 1234 } },
    },
    told: never,
  },
  {
    name: 'Stop sequences',
    said: {
      'openai-chat': { stop: ['END'] },
      'anthropic-messages': { stop_sequences: ['END'] },
      gemini: settings({ stopSequences: ['END'] }),
    },
    heard: {
      'openai-chat': { stop: ['END'] },
      'anthropic-messages': { stop_sequences: ['END'] },
      gemini: settings({ stopSequences: ['END'] }),
      bedrock: { inferenceConfig: { stopSequences: ['END'] } },
    },
    told: /^(stop|stop_sequences|generationConfig\.stopSequences)$/,
  },
  {
    name: 'Several answers',
    said: { 'openai-chat': { n: 2 }, gemini: settings({ candidateCount: 2 }) },
    heard: { 'openai-chat': { n: 2 }, gemini: settings({ candidateCount: 2 }) },
    told: /^(n|generationConfig\.candidateCount)$/,
  },
  {
    name: 'Verbosity',
    said: { 'openai-chat': { verbosity: 'low' }, 'openai-responses': { text: { verbosity: 'low' } } },
    heard: { 'openai-chat': { verbosity: 'low' }, 'openai-responses': { text: { verbosity: 'low' } } },
    told: /^(verbosity|text\.verbosity)$/,
  },
  {
    name: 'Log probabilities',
    said: {
      'openai-chat': { logprobs: true, top_logprobs: 3 },
      'openai-responses': { include: ['message.output_text.logprobs'], top_logprobs: 3 },
      gemini: settings({ responseLogprobs: true, logprobs: 3 }),
    },
    heard: {
      'openai-chat': { logprobs: true, top_logprobs: 3 },
      'openai-responses': { include: ['message.output_text.logprobs'], top_logprobs: 3 },
      gemini: settings({ responseLogprobs: true, logprobs: 3 }),
    },
    told: /^(top_logprobs|logprobs|include|generationConfig\.(responseLogprobs|logprobs))$/,
  },
  {
    name: 'Sound and pictures in the answer',
    said: {
      'openai-chat': { modalities: ['text', 'audio'], audio: { format: 'wav', voice: 'ash' } },
      gemini: settings({ responseModalities: ['TEXT', 'IMAGE'] }),
    },
    heard: {},
    told: /^(modalities|audio|generationConfig\.responseModalities)$/,
  },
  {
    name: 'Predicted output',
    said: { 'openai-chat': { prediction: { type: 'content', content: 'Rome' } } },
    heard: {},
    told: /^prediction$/,
  },
  {
    name: 'How hard to think',
    said: {
      'openai-chat': { reasoning_effort: 'low' },
      'openai-responses': { reasoning: { effort: 'low' } },
      'anthropic-messages': { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      gemini: settings({ thinkingConfig: { thinkingLevel: 'LOW' } }),
    },
    heard: {
      'openai-chat': { reasoning_effort: 'low' },
      'openai-responses': { reasoning: { effort: 'low' } },
      'anthropic-messages': { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      gemini: settings({ thinkingConfig: { thinkingLevel: 'LOW' } }),
      bedrock: thinking({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }),
    },
    told: never,
  },
  {
    name: 'A budget of thoughts',
    said: {
      'anthropic-messages': { thinking: { type: 'enabled', budget_tokens: 2000 } },
      gemini: settings({ thinkingConfig: { thinkingBudget: 2000 } }),
    },
    heard: {
      // The nearest effort.
      'openai-chat': { reasoning_effort: 'medium' },
      'openai-responses': { reasoning: { effort: 'low' } },
      'anthropic-messages': { thinking: { type: 'enabled', budget_tokens: 2000 } },
      gemini: settings({ thinkingConfig: { thinkingBudget: 2000 } }),
      bedrock: thinking({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }),
    },
    told: never,
  },
  {
    name: 'As much thinking as the model sees fit',
    said: {
      'anthropic-messages': { thinking: { type: 'adaptive' } },
      gemini: settings({ thinkingConfig: { thinkingBudget: -1 } }),
    },
    heard: {
      'openai-chat': { reasoning_effort: 'medium' },
      'openai-responses': { reasoning: { effort: 'medium' } },
      'anthropic-messages': { thinking: { type: 'adaptive' } },
      gemini: settings({ thinkingConfig: { thinkingBudget: -1 } }),
      bedrock: thinking({ thinking: { type: 'adaptive' } }),
    },
    told: never,
  },
  {
    name: 'No thinking',
    said: {
      'openai-chat': { reasoning_effort: 'none' },
      'openai-responses': { reasoning: { effort: 'none' } },
      'anthropic-messages': { thinking: { type: 'disabled' } },
      gemini: settings({ thinkingConfig: { thinkingBudget: 0 } }),
    },
    heard: {
      'openai-chat': { reasoning_effort: 'none' },
      'openai-responses': { reasoning: { effort: 'none' } },
      'anthropic-messages': { thinking: { type: 'disabled' } },
      // Its Pro models cannot be told not to, but to do as little as they can.
      gemini: settings({ thinkingConfig: { thinkingLevel: 'LOW' } }),
      bedrock: thinking({ thinking: { type: 'disabled' } }),
    },
    told: /^(reasoning_effort|reasoning\.effort|thinking|generationConfig\.thinkingConfig)$/,
  },
  {
    name: 'Thoughts to be shown',
    said: {
      'openai-responses': { reasoning: { effort: 'high', summary: 'auto' } },
      'anthropic-messages': { thinking: { type: 'adaptive', display: 'summarized' } },
      gemini: settings({ thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true } }),
    },
    heard: {
      'openai-responses': { reasoning: { summary: 'auto' } },
      'anthropic-messages': { thinking: { type: 'adaptive', display: 'summarized' } },
      gemini: settings({ thinkingConfig: { includeThoughts: true } }),
      bedrock: thinking({ thinking: { type: 'adaptive', display: 'summarized' } }),
    },
    told: /^(reasoning\.summary|thinking\.display|generationConfig\.thinkingConfig\.includeThoughts)$/,
  },
];
