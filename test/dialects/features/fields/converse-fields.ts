import type { ContentBlock, ConverseCommandInput, Tool } from '@aws-sdk/client-bedrock-runtime';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';

type Known<Union> = Exclude<Union extends { $unknown?: never } ? keyof Union : never, '$unknown'>;

const png = { format: 'png', source: { bytes: 'iVBORw0KGgo=' } };
const cachePoint = { cachePoint: { type: 'default', ttl: '1h' } };

const toolUse = { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Rome' } } };
const toolResult = {
  toolResult: {
    toolUseId: 'tooluse_1',
    status: 'error',
    content: [
      { text: 'Sunny' },
      { json: { city: 'Rome' } },
      { image: png },
      { document: { format: 'pdf', name: 'report', source: { bytes: 'JVBERi0=' } } },
    ],
  },
};

/** Every kind of content, as it goes over the wire. */
const blocks: { readonly [Kind in Known<ContentBlock>]: JsonObject } = {
  text: { text: 'Look' },
  image: { image: png },
  document: {
    document: {
      format: 'pdf',
      name: 'report',
      source: { bytes: 'JVBERi0=' },
      context: 'Of last year',
      citations: { enabled: true },
    },
  },
  video: { video: { format: 'mp4', source: { bytes: 'AAAA' } } },
  audio: { audio: { format: 'wav', source: { bytes: 'UklGRg==' } } },
  toolUse,
  toolResult,
  guardContent: { guardContent: { text: { text: 'Look' } } },
  cachePoint,
  reasoningContent: { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
  citationsContent: {
    citationsContent: {
      content: [{ text: 'Rome is old.' }],
      citations: [{ title: 'Rome', location: { web: { url: 'https://example.com' } } }],
    },
  },
  searchResult: {
    searchResult: { source: 'https://example.com', title: 'Rome', content: [{ text: 'Rome is old.' }] },
  },
  toolAddition: { toolAddition: { tools: [] } },
  toolRemoval: { toolRemoval: { tools: [] } },
};

const user = { role: 'user', content: [{ text: 'Hello' }] };
const ofModel = new Set(['toolUse', 'reasoningContent', 'citationsContent']);

const conversations = Object.entries(blocks).map(([kind, block]): JsonObject => {
  if (kind === 'toolResult')
    return {
      messages: [user, { role: 'assistant', content: [toolUse] }, { role: 'user', content: [block] }],
    };
  if (ofModel.has(kind)) return { messages: [user, { role: 'assistant', content: [block] }, user] };
  return { messages: [{ role: 'user', content: [{ text: 'Hello' }, block] }] };
});

const schema = { type: 'object', properties: { city: { type: 'string' } } };

const tools: { readonly [Kind in Known<Tool>]: JsonObject } = {
  toolSpec: {
    toolSpec: { name: 'weather', description: 'Tells it', inputSchema: { json: schema }, strict: true },
  },
  systemTool: { systemTool: { name: 'nova_grounding' } },
  cachePoint,
};

/** Every field of Converse, as it goes over the wire; `modelId` is said by the path. */
export const converseFields: {
  readonly [Field in Exclude<keyof ConverseCommandInput, 'modelId'>]-?: readonly JsonObject[];
} = {
  messages: conversations,
  system: [
    { system: [{ text: 'Be brief' }, cachePoint] },
    { system: [{ guardContent: { text: { text: 'Be' } } }] },
  ],
  inferenceConfig: [
    { inferenceConfig: { maxTokens: 1234, temperature: 0.5, topP: 0.9, stopSequences: ['END'] } },
  ],
  toolConfig: [
    ...Object.values(tools).map((tool) => ({ toolConfig: { tools: [tools.toolSpec, tool] } })),
    { toolConfig: { tools: [tools.toolSpec], toolChoice: { any: {} } } },
    { toolConfig: { tools: [tools.toolSpec], toolChoice: { tool: { name: 'weather' } } } },
  ],
  guardrailConfig: [{ guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } }],
  additionalModelRequestFields: [
    { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } } },
    { additionalModelRequestFields: { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } } },
    { additionalModelRequestFields: { top_k: 20 } },
    { additionalModelRequestFields: { custom: true } },
  ],
  promptVariables: [{ promptVariables: { city: { text: 'Rome' } } }],
  additionalModelResponseFieldPaths: [{ additionalModelResponseFieldPaths: ['/stop_sequence'] }],
  requestMetadata: [{ requestMetadata: { team: 'a' } }],
  performanceConfig: [{ performanceConfig: { latency: 'optimized' } }],
  serviceTier: [{ serviceTier: { type: 'flex' } }],
  outputConfig: [
    {
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'city', description: 'A city' } },
        },
      },
    },
    { outputConfig: { effort: 'low' } },
  ],
};
