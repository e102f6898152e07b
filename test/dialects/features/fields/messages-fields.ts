import type Anthropic from '@anthropic-ai/sdk';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { Fields } from '../fields.ts';

type Params = Omit<Anthropic.Beta.MessageCreateParams, 'betas'>;

/** No longer in the SDK's types, but older models take them. */
type Older = 'temperature' | 'top_p' | 'top_k';

type Block = Anthropic.ContentBlockParam;

const cache = { type: 'ephemeral', ttl: '1h' };
const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' };
const png = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
const citations = { enabled: true };
const found = { type: 'text', text: 'Rome is old.', citations: [] };

type OfUser = 'text' | 'image' | 'document' | 'search_result' | 'container_upload';

/** Every kind of block that a user can send, with every field that it can have. */
const ofUser: { readonly [Kind in OfUser]: JsonObject } = {
  text: { type: 'text', text: 'Look', cache_control: cache },
  image: { type: 'image', source: png, cache_control: cache },
  document: {
    type: 'document',
    source: pdf,
    title: 'Report',
    context: 'Of last year',
    citations,
    cache_control: cache,
  },
  search_result: {
    type: 'search_result',
    source: 'https://example.com',
    title: 'Rome',
    content: [{ type: 'text', text: 'Rome is old.' }],
    citations,
    cache_control: cache,
  },
  container_upload: { type: 'container_upload', file_id: 'file_1', cache_control: cache },
};

type Source = Anthropic.DocumentBlockParam['source'] | Anthropic.ImageBlockParam['source'];
const sources: { readonly [Kind in Source['type']]: JsonObject } = {
  base64: pdf,
  text: { type: 'text', media_type: 'text/plain', data: 'Rome is old.' },
  content: { type: 'content', content: [{ type: 'text', text: 'Rome is old.' }] },
  url: { type: 'url', url: 'https://example.com/report.pdf' },
  file: { type: 'file', file_id: 'file_1' },
};

type OfModel = Exclude<Block['type'], OfUser | 'tool_result'>;
const direct = { type: 'direct' };
const searched = [
  {
    type: 'web_search_result',
    url: 'https://example.com',
    title: 'Rome',
    encrypted_content: 'c',
    page_age: '1 day',
  },
];

/** Every kind of block of the model's. */
const ofModel: { readonly [Kind in OfModel]: JsonObject } = {
  thinking: { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
  redacted_thinking: { type: 'redacted_thinking', data: 'ZGF0YQ==' },
  tool_use: {
    type: 'tool_use',
    id: 'toolu_1',
    name: 'weather',
    input: { city: 'Rome' },
    cache_control: cache,
    caller: { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' },
  },
  server_tool_use: {
    type: 'server_tool_use',
    id: 'srvtoolu_1',
    name: 'web_search',
    input: { query: 'Rome' },
    cache_control: cache,
    caller: direct,
  },
  web_search_tool_result: {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: searched,
    cache_control: cache,
    caller: direct,
  },
  web_fetch_tool_result: {
    type: 'web_fetch_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: { type: 'web_fetch_tool_result_error', error_code: 'unavailable' },
  },
  code_execution_tool_result: {
    type: 'code_execution_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: { type: 'code_execution_tool_result_error', error_code: 'unavailable' },
  },
  bash_code_execution_tool_result: {
    type: 'bash_code_execution_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: { type: 'bash_code_execution_tool_result_error', error_code: 'unavailable' },
  },
  text_editor_code_execution_tool_result: {
    type: 'text_editor_code_execution_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: { type: 'text_editor_code_execution_tool_result_error', error_code: 'unavailable' },
  },
  tool_search_tool_result: {
    type: 'tool_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: { type: 'tool_search_tool_result_error', error_code: 'unavailable' },
  },
};

const user = { role: 'user', content: 'Hello' };
const call = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} };

const results: JsonObject[] = [
  { type: 'tool_result', tool_use_id: 'toolu_1', content: 'Sunny', is_error: true, cache_control: cache },
  {
    type: 'tool_result',
    tool_use_id: 'toolu_1',
    content: [{ type: 'text', text: 'Sunny', cache_control: cache }],
  },
  {
    type: 'tool_result',
    tool_use_id: 'toolu_1',
    content: [
      { type: 'text', text: 'Sunny' },
      { type: 'image', source: png },
      { type: 'document', source: pdf, title: 'Report' },
      ofUser.search_result,
      { type: 'tool_reference', tool_name: 'weather' },
    ],
  },
  { type: 'tool_result', tool_use_id: 'toolu_1', content: 'Sunny', toolset_name: 'browser' },
];

const messages: readonly (readonly JsonObject[])[] = [
  ...Object.values(ofUser).map((block) => [{ role: 'user', content: [block] }]),
  ...Object.values(sources).map((source) => [{ role: 'user', content: [{ type: 'document', source }] }]),
  [
    {
      role: 'user',
      content: [{ type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } }],
    },
  ],
  [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'file_1' } }] }],
  ...Object.values(ofModel).map((block) => [user, { role: 'assistant', content: [block] }, user]),
  [user, { role: 'assistant', content: [found, { type: 'text', text: 'Hi', cache_control: cache }] }, user],
  [
    user,
    {
      role: 'assistant',
      content: [
        {
          type: 'text',
          text: 'Rome is old.',
          citations: [
            {
              type: 'web_search_result_location',
              url: 'https://example.com',
              title: 'Rome',
              cited_text: 'Rome',
              encrypted_index: 'e',
            },
          ],
        },
      ],
    },
    user,
  ],
  ...results.map((result) => [
    user,
    { role: 'assistant', content: [call] },
    { role: 'user', content: [result, { type: 'text', text: 'So?' }] },
  ]),
  [user, { role: 'system', content: 'Be brief' }],
];

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

/** Every parameter of Messages that the SDK knows, those in beta too, with values that mean something. */
export const messagesFields: Fields<Params & Readonly<Record<Older, number>>> = {
  max_tokens: [1234],
  messages,
  model: ['any'],
  billing_policy: [{ type: 'billing_policy' }],
  cache_control: [cache],
  compaction: [{ type: 'summarize', instructions: 'Be brief' }],
  container: ['container_1', { id: 'container_1', skills: [{ type: 'anthropic', skill_id: 'pdf' }] }],
  context_management: [{ edits: [{ type: 'clear_tool_uses_20250919' }] }],
  diagnostics: [{ previous_message_id: 'msg_1' }],
  fallback_credit_token: ['token'],
  fallbacks: ['default'],
  inference_geo: ['us'],
  mcp_servers: [[{ type: 'url', name: 'docs', url: 'https://example.com/mcp' }]],
  metadata: [{ user_id: 'user-1' }],
  output_config: [
    { effort: 'low' },
    { effort: 'xhigh' },
    { effort: 'max' },
    { format: { type: 'json_schema', schema } },
    { task_budget: { type: 'tokens', total: 20_000 } },
  ],
  output_format: [{ type: 'json_schema', schema }],
  service_tier: ['standard_only'],
  speed: ['fast'],
  stop_sequences: [['END']],
  stream: [true],
  system: ['Be brief', [{ type: 'text', text: 'Be brief', cache_control: cache }]],
  temperature: [0.5],
  top_p: [0.9],
  top_k: [20],
  thinking: [
    { type: 'enabled', budget_tokens: 2000 },
    { type: 'enabled', budget_tokens: 2000, display: 'omitted' },
    { type: 'adaptive' },
    { type: 'adaptive', display: 'summarized' },
    { type: 'adaptive', display: 'updates' },
    { type: 'disabled' },
    { type: 'between_tools' },
  ],
  thread: [{ type: 'create' }],
  tool_choice: [
    { type: 'any', disable_parallel_tool_use: true },
    { type: 'tool', name: 'weather' },
    { type: 'none' },
  ],
  tools: [
    [
      {
        name: 'weather',
        description: 'Tells it',
        input_schema: schema,
        strict: true,
        cache_control: cache,
        allowed_callers: ['code_execution_20250825'],
        defer_loading: true,
        eager_input_streaming: true,
        input_examples: [{ city: 'Rome' }],
      },
    ],
    [
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 3,
        allowed_domains: ['example.com'],
        user_location: { type: 'approximate', city: 'Rome', country: 'IT' },
        cache_control: cache,
      },
    ],
    [{ type: 'web_search_20250305', name: 'web_search', blocked_domains: ['example.com'] }],
    [{ type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 3, citations, max_content_tokens: 1000 }],
    [{ type: 'code_execution_20250825', name: 'code_execution' }],
    [{ type: 'bash_20250124', name: 'bash' }],
    [{ type: 'memory_20250818', name: 'memory' }],
  ],
  user_profile_id: ['profile_1'],
  workspace_id: ['workspace_1'],
};
