import * as fc from 'fast-check';
import type { Json } from '../../../packages/core/src/protocol/json.ts';
import {
  args,
  base64,
  callId,
  fields,
  flag,
  list,
  metadata,
  model,
  name,
  schema,
  share,
  signature,
  text,
  tokens,
  url,
  type Wire,
  type WireObject,
  word,
} from './common.ts';

const part: Wire = fc.oneof(
  fields(
    {
      type: word('input_text', 'output_text', 'text'),
      text,
      annotations: list(fields({ type: word('url_citation'), url })),
    },
    'type',
    'text',
  ),
  fields(
    { type: word('input_image'), image_url: url, file_id: text, detail: word('auto', 'low', 'high') },
    'type',
  ),
  fields({ type: word('input_file'), file_data: url, file_url: url, file_id: text, filename: text }, 'type'),
  fields({ type: word('input_audio'), input_audio: fields({ data: base64, format: word('mp3') }) }, 'type'),
  fields({ type: word('refusal'), refusal: text }, 'type'),
);
const content: Wire = fc.oneof(text, list(part));
const output: Wire = fc.oneof(text, list(part));

const item: Wire = fc.oneof(
  fields(
    {
      type: word('message'),
      role: word('user', 'assistant', 'system', 'developer'),
      content,
      id: text,
      status: word('completed'),
    },
    'role',
    'content',
  ),
  fields(
    { type: word('function_call'), call_id: callId, name, arguments: args, id: text },
    'type',
    'call_id',
    'name',
    'arguments',
  ),
  fields({ type: word('function_call_output'), call_id: callId, output }, 'type', 'call_id', 'output'),
  fields(
    { type: word('custom_tool_call'), call_id: callId, name, input: text },
    'type',
    'call_id',
    'name',
    'input',
  ),
  fields(
    { type: word('custom_tool_call_output'), call_id: callId, output: text },
    'type',
    'call_id',
    'output',
  ),
  fields(
    {
      type: word('reasoning'),
      id: text,
      summary: list(fields({ type: word('summary_text'), text }, 'type', 'text')),
      content: list(fields({ type: word('reasoning_text'), text })),
      encrypted_content: signature,
    },
    'type',
    'summary',
  ),
  fields(
    {
      type: word('web_search_call', 'computer_call', 'mcp_call', 'image_generation_call'),
      id: text,
      status: word('completed'),
      result: base64,
    },
    'type',
  ),
);

const rarely = (...values: readonly Json[]): Wire =>
  fc.constantFrom(...Array.from({ length: 20 }, () => null), ...values);

const tool: Wire = fc.oneof(
  fields(
    { type: word('function'), name, description: text, parameters: schema, strict: flag },
    'type',
    'name',
  ),
  fields(
    {
      type: word('custom'),
      name,
      format: fields({ type: word('grammar'), syntax: word('lark'), definition: text }),
    },
    'type',
    'name',
  ),
  fields({ type: word('web_search', 'file_search', 'code_interpreter', 'mcp', 'image_generation') }, 'type'),
);
const choice: Wire = fc.oneof(
  word('auto', 'none', 'required'),
  fields({ type: word('function', 'custom'), name }, 'type', 'name'),
  fields({ type: word('allowed_tools'), mode: word('auto', 'required'), tools: list(tool) }, 'type'),
  fields({ type: word('web_search') }, 'type'),
);

/** Requests to `/v1/responses`: https://platform.openai.com/docs/api-reference/responses/create */
export const responsesRequests: WireObject = fields(
  {
    model,
    input: fc.oneof(text, fc.array(item, { minLength: 1, maxLength: 4 })),
    instructions: text,
    stream: flag,
    store: flag,
    background: fc.constantFrom(false, false, false, null, true),
    previous_response_id: rarely('resp_a', 'resp_unknown'),
    conversation: rarely('conv_1', { id: 'conv_1' }),
    prompt: rarely({ id: 'pmpt_1' }),
    temperature: share,
    top_p: share,
    top_logprobs: fc.nat(20),
    max_output_tokens: tokens,
    max_tool_calls: tokens,
    tools: list(tool),
    tool_choice: choice,
    parallel_tool_calls: flag,
    text: fields({
      format: fc.oneof(
        fields({ type: word('text', 'json_object') }, 'type'),
        fields({ type: word('json_schema'), name, schema, strict: flag }, 'type', 'name', 'schema'),
      ),
      verbosity: word('low', 'medium', 'high'),
    }),
    reasoning: fields({ effort: word('none', 'low', 'medium', 'high'), summary: word('auto', 'detailed') }),
    include: list(word('reasoning.encrypted_content', 'message.output_text.logprobs')),
    truncation: word('auto', 'disabled'),
    service_tier: word('auto', 'flex'),
    metadata,
    user: text,
    prompt_cache_key: text,
    safety_identifier: text,
    stream_options: fields({ include_obfuscation: flag }),
  },
  'model',
  'input',
);
