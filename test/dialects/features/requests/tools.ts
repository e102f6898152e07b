import { type Feature, never } from './feature.ts';
import { schema, tools } from './offered-tools.ts';

export const toolFeatures: readonly Feature[] = [
  {
    name: 'Functions, with JSON schemas',
    said: {
      'openai-chat': tools.chat,
      'openai-responses': tools.responses,
      'anthropic-messages': tools.messages,
      gemini: tools.gemini,
    },
    heard: {
      'openai-chat': tools.chat,
      'openai-responses': tools.responses,
      'anthropic-messages': tools.messages,
      gemini: tools.gemini,
      bedrock: tools.bedrock,
    },
    told: never,
  },
  {
    name: 'Strict functions',
    said: {
      'openai-chat': {
        tools: [{ type: 'function', function: { name: 'weather', parameters: schema, strict: true } }],
      },
      'openai-responses': {
        tools: [{ type: 'function', name: 'weather', parameters: schema, strict: true }],
      },
      'anthropic-messages': { tools: [{ name: 'weather', input_schema: schema, strict: true }] },
    },
    heard: {
      'openai-chat': { tools: [{ function: { name: 'weather', strict: true } }] },
      'openai-responses': { tools: [{ name: 'weather', strict: true }] },
      'anthropic-messages': { tools: [{ name: 'weather', strict: true }] },
      gemini: { toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } },
      bedrock: { toolConfig: { tools: [{ toolSpec: { name: 'weather', strict: true } }] } },
    },
    told: /^tools\.strict$/,
  },
  {
    name: 'Tools that take free text',
    said: {
      'openai-chat': { tools: [{ type: 'custom', custom: { name: 'shell', description: 'Runs it' } }] },
      'openai-responses': { tools: [{ type: 'custom', name: 'shell', description: 'Runs it' }] },
    },
    heard: {
      'openai-chat': { tools: [{ type: 'custom', custom: { name: 'shell', description: 'Runs it' } }] },
      'openai-responses': { tools: [{ type: 'custom', name: 'shell', description: 'Runs it' }] },
      'anthropic-messages': { tools: [{ name: /shell$/, input_schema: { type: 'object' } }] },
      gemini: { tools: [{ functionDeclarations: [{ name: /shell$/ }] }] },
      bedrock: { toolConfig: { tools: [{ toolSpec: { name: /shell$/ } }] } },
    },
    told: never,
  },
  {
    name: 'Grammars of free text',
    said: {
      'openai-chat': {
        tools: [
          {
            type: 'custom',
            custom: {
              name: 'sum',
              format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: INT' } },
            },
          },
        ],
      },
      'openai-responses': {
        tools: [
          {
            type: 'custom',
            name: 'sum',
            format: { type: 'grammar', syntax: 'lark', definition: 'start: INT' },
          },
        ],
      },
    },
    heard: {
      'openai-chat': {
        tools: [{ type: 'custom', custom: { format: { type: 'grammar', grammar: { syntax: 'lark' } } } }],
      },
      'openai-responses': {
        tools: [{ type: 'custom', format: { type: 'grammar', syntax: 'lark', definition: 'start: INT' } }],
      },
    },
    told: /^tools\.format$/,
  },
  {
    name: 'Web search',
    said: {
      'openai-chat': { web_search_options: {} },
      'openai-responses': { tools: [{ type: 'web_search' }] },
      'anthropic-messages': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      gemini: { tools: [{ googleSearch: {} }] },
    },
    heard: {
      'openai-responses': { tools: [{ type: 'web_search' }] },
      'anthropic-messages': { tools: [{ type: /^web_search_/, name: 'web_search' }] },
      gemini: { tools: [{ googleSearch: {} }] },
    },
    told: /^(web_search_options|tools\.(web_search|googleSearch))/,
  },
  {
    name: 'Reading web pages',
    said: {
      'anthropic-messages': { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] },
      gemini: { tools: [{ urlContext: {} }] },
    },
    heard: {
      'anthropic-messages': { tools: [{ type: /^web_fetch_/, name: 'web_fetch' }] },
      gemini: { tools: [{ urlContext: {} }] },
    },
    told: /^tools\.(web_fetch|urlContext)/,
  },
  {
    name: "Running code at the provider's",
    said: {
      'openai-responses': { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] },
      'anthropic-messages': { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] },
      gemini: { tools: [{ codeExecution: {} }] },
    },
    heard: {
      'openai-responses': { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] },
      'anthropic-messages': { tools: [{ type: /^code_execution_/, name: 'code_execution' }] },
      gemini: { tools: [{ codeExecution: {} }] },
    },
    told: /^tools\.(code_interpreter|code_execution|codeExecution)/,
  },
  {
    name: "Other tools of the provider's",
    said: {
      'openai-responses': { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] },
      'anthropic-messages': { tools: [{ type: 'memory_20250818', name: 'memory' }] },
      gemini: { tools: [{ googleMaps: {} }] },
    },
    heard: {},
    told: /^tools\./,
  },
];
