import type { OpenAI } from 'openai';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { Fields } from '../fields.ts';

type Content = OpenAI.Responses.ResponseInputContent;
type Tool = OpenAI.Responses.Tool;

const mark = { mode: 'explicit' };

/** Every kind of part that a user's message can hold, with every field that it can have. */
const parts: { readonly [Kind in Content['type']]: JsonObject } = {
  input_text: { type: 'input_text', text: 'Look', prompt_cache_breakpoint: mark },
  input_image: {
    type: 'input_image',
    image_url: 'https://example.com/cat.png',
    detail: 'high',
    prompt_cache_breakpoint: mark,
  },
  input_file: {
    type: 'input_file',
    file_data: 'data:application/pdf;base64,JVBERi0=',
    filename: 'report.pdf',
    detail: 'high',
    prompt_cache_breakpoint: mark,
  },
};

const user = { role: 'user', content: 'Hello' };
const call = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' };
const cited = {
  type: 'url_citation',
  url: 'https://example.com',
  title: 'Rome',
  start_index: 0,
  end_index: 4,
};

const inputs: readonly (readonly JsonObject[])[] = [
  ...Object.values(parts).map((part): readonly JsonObject[] => [{ role: 'user', content: [part] }]),
  [{ role: 'user', content: [{ type: 'input_image', file_id: 'file-1', detail: 'original' }] }],
  [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://example.com/report.pdf' }] }],
  [{ role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] }],
  [{ role: 'system', content: 'Be brief' }, user],
  [user, { role: 'developer', content: 'Be brief' }],
  [user, { role: 'assistant', content: 'Hi', phase: 'commentary' }, user],
  [
    user,
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Rome is old', annotations: [cited] }],
    },
    user,
  ],
  [
    user,
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'refusal', refusal: 'No' }],
    },
    user,
  ],
  [user, call, { type: 'function_call_output', call_id: 'call_1', output: 'Sunny' }],
  [
    user,
    call,
    {
      type: 'function_call_output',
      call_id: 'call_1',
      output: [
        { type: 'input_text', text: 'Sunny' },
        { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' },
        { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'report.pdf' },
      ],
    },
  ],
  [
    user,
    { type: 'custom_tool_call', call_id: 'call_1', name: 'shell', input: 'ls' },
    { type: 'custom_tool_call_output', call_id: 'call_1', output: 'a' },
  ],
  [user, { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] }, user],
  [user, { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' }, user],
  [user, { type: 'file_search_call', id: 'fs_1', queries: ['Rome'], status: 'completed' }, user],
  [
    user,
    {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'Rome', queries: ['Rome'] },
    },
    user,
  ],
  [
    user,
    { type: 'computer_call', id: 'cu_1', call_id: 'call_1', status: 'completed', pending_safety_checks: [] },
    user,
  ],
  [user, { type: 'computer_call_output', call_id: 'call_1', output: { type: 'computer_screenshot' } }],
  [
    user,
    {
      type: 'code_interpreter_call',
      id: 'ci_1',
      code: '1',
      container_id: 'c',
      outputs: [],
      status: 'completed',
    },
    user,
  ],
  [user, { type: 'image_generation_call', id: 'ig_1', result: 'iVBORw0KGgo=', status: 'completed' }, user],
  [user, { type: 'local_shell_call_output', id: 'ls_1', output: '{}' }],
  [user, { type: 'shell_call', call_id: 'call_1', action: { commands: ['ls'] } }, user],
  [user, { type: 'mcp_list_tools', id: 'mcp_1', server_label: 'docs', tools: [] }, user],
  [
    user,
    { type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'docs', name: 'find', arguments: '{}' },
    user,
  ],
  [user, { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true }],
  [
    user,
    { type: 'mcp_call', id: 'mcp_1', server_label: 'docs', name: 'find', arguments: '{}', output: 'x' },
    user,
  ],
  [user, { type: 'compaction', encrypted_content: 'sealed' }, user],
  [user, { type: 'item_reference', id: 'msg_1' }, user],
];

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const domains = { allowed_domains: ['example.com'] };
const location = { type: 'approximate', city: 'Rome', country: 'IT' };

/** Every kind of tool; those that the provider runs itself are told as a whole. */
const tools: { readonly [Kind in Tool['type']]: readonly JsonObject[] } = {
  function: [
    {
      type: 'function',
      name: 'weather',
      description: 'Tells it',
      parameters: schema,
      strict: true,
      defer_loading: true,
      output_schema: schema,
      allowed_callers: ['programmatic'],
      async: true,
    },
  ],
  custom: [
    { type: 'custom', name: 'shell', description: 'Runs it', format: { type: 'text' }, defer_loading: true },
    { type: 'custom', name: 'sum', format: { type: 'grammar', syntax: 'lark', definition: 'start: NUMBER' } },
  ],
  web_search: [
    { type: 'web_search', filters: domains, search_context_size: 'high', user_location: location },
    { type: 'web_search', external_web_access: false },
  ],
  web_search_2025_08_26: [{ type: 'web_search_2025_08_26', filters: domains }],
  web_search_preview: [{ type: 'web_search_preview', user_location: location }],
  web_search_preview_2025_03_11: [{ type: 'web_search_preview_2025_03_11' }],
  file_search: [{ type: 'file_search', vector_store_ids: ['vs_1'] }],
  computer: [{ type: 'computer' }],
  computer_use_preview: [
    { type: 'computer_use_preview', display_height: 1, display_width: 1, environment: 'linux' },
  ],
  mcp: [{ type: 'mcp', server_label: 'docs', server_url: 'https://example.com/mcp' }],
  code_interpreter: [{ type: 'code_interpreter', container: { type: 'auto' } }],
  programmatic_tool_calling: [{ type: 'programmatic_tool_calling' }],
  image_generation: [{ type: 'image_generation' }],
  local_shell: [{ type: 'local_shell' }],
  shell: [{ type: 'shell' }],
  namespace: [{ type: 'namespace', name: 'n', description: 'd', tools: [] }],
  tool_search: [{ type: 'tool_search' }],
  apply_patch: [{ type: 'apply_patch' }],
};

/** Every parameter of Responses that the SDK knows, with values that mean something. */
export const responsesFields: Fields<OpenAI.Responses.ResponseCreateParams> = {
  access_programs: [{ cyber: 'daybreak_blue' }],
  background: [true],
  context_management: [[{ type: 'compaction', compact_threshold: 1000 }]],
  conversation: ['conv_1'],
  image: [{ context_compression: 'enabled' }],
  include: [
    ['message.output_text.logprobs'],
    ['reasoning.encrypted_content'],
    ['web_search_call.action.sources'],
    ['code_interpreter_call.outputs'],
  ],
  input: ['Hello', ...inputs],
  instructions: ['Be brief'],
  max_output_tokens: [1234],
  max_tool_calls: [3],
  metadata: [{ team: 'a' }],
  model: ['any'],
  moderation: [{ model: 'omni' }],
  parallel_tool_calls: [false],
  previous_response_id: ['resp_1'],
  prompt: [{ id: 'pmpt_1', variables: { city: 'Rome' } }],
  prompt_cache_key: ['key'],
  prompt_cache_options: [{ mode: 'explicit', ttl: '30m' }],
  prompt_cache_retention: ['24h'],
  reasoning: [
    { effort: 'none' },
    { effort: 'minimal' },
    { effort: 'low' },
    { effort: 'xhigh' },
    { effort: 'max' },
    { effort: 'high', summary: 'detailed' },
    { generate_summary: 'concise' },
    { context: 'all_turns' },
    { mode: 'pro' },
  ],
  safety_identifier: ['user-1'],
  service_tier: ['flex', 'priority'],
  store: [true],
  stream: [true],
  stream_options: [{ include_obfuscation: false }],
  temperature: [0.5],
  text: [
    { verbosity: 'low' },
    { format: { type: 'json_object' } },
    { format: { type: 'json_schema', name: 'city', description: 'A city', schema, strict: true } },
  ],
  tool_choice: [
    'none',
    'required',
    { type: 'function', name: 'weather' },
    { type: 'custom', name: 'shell' },
    { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'weather' }] },
    { type: 'web_search_preview' },
    { type: 'mcp', server_label: 'docs' },
  ],
  tools: Object.values(tools).flatMap((list) => list.map((tool) => [tool])),
  top_logprobs: [3],
  top_p: [0.9],
  truncation: ['auto'],
  user: ['user-1'],
};
