import * as fc from 'fast-check';
import type { Json } from '../../../packages/core/src/protocol/json.ts';
import { objectOf, textOf } from '../read.ts';
import {
  args,
  base64,
  cacheControl,
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
  fields({ type: word('text'), text, cache_control: cacheControl }, 'type', 'text'),
  fields(
    { type: word('image_url'), image_url: fields({ url, detail: word('auto', 'low', 'high') }, 'url') },
    'type',
    'image_url',
  ),
  fields(
    {
      type: word('input_audio'),
      input_audio: fields({ data: base64, format: word('wav', 'mp3') }, 'data', 'format'),
    },
    'type',
    'input_audio',
  ),
  fields(
    { type: word('file'), file: fields({ file_data: url, file_id: text, filename: text }) },
    'type',
    'file',
  ),
  fields({ type: word('refusal'), refusal: text }, 'type', 'refusal'),
);
const content: Wire = fc.oneof(text, list(part));

const call: Wire = fc.oneof(
  fields(
    { id: callId, type: word('function'), function: fields({ name, arguments: args }, 'name', 'arguments') },
    'id',
    'type',
    'function',
  ),
  fields(
    { id: callId, type: word('custom'), custom: fields({ name, input: text }, 'name', 'input') },
    'id',
    'type',
    'custom',
  ),
);
const detail: Wire = fields(
  {
    type: word('reasoning.text', 'reasoning.encrypted', 'reasoning.summary'),
    text,
    data: signature,
    signature,
    format: word(
      'anthropic-claude-v1',
      'google-gemini-v1',
      'gemini',
      'anthropic-messages',
      'openai-responses',
    ),
    id: callId,
    index: fc.nat(2),
  },
  'type',
);
const message: Wire = fc.oneof(
  fields({ role: word('user'), content, name }, 'role', 'content'),
  fields({ role: word('system', 'developer'), content: text, name }, 'role', 'content'),
  fields(
    {
      role: word('assistant'),
      content: fc.oneof(content, fc.constant(null)),
      refusal: text,
      tool_calls: list(call),
      function_call: fields({ name, arguments: args }, 'name'),
      reasoning_content: text,
      reasoning_details: list(detail),
      audio: fields({ id: text }),
    },
    'role',
  ),
  fields({ role: word('function'), name, content: text }, 'role', 'name', 'content'),
);

/** One turn; that of a tool has the call before it, or in its place something else. */
const turn: fc.Arbitrary<Json[]> = fc.oneof(
  { weight: 3, arbitrary: message.map((one) => [one]) },
  fc.tuple(fc.oneof({ weight: 9, arbitrary: call }, message), content).map(([called, said]) => [
    { role: 'assistant', content: null, tool_calls: [called] },
    { role: 'tool', tool_call_id: textOf(objectOf(called)?.['id']), content: said },
  ]),
);

const tool: Wire = fc.oneof(
  fields(
    {
      type: word('function'),
      function: fields({ name, description: text, parameters: schema, strict: flag }, 'name'),
    },
    'type',
    'function',
  ),
  fields(
    {
      type: word('custom'),
      custom: fields({ name, description: text, format: fields({ type: word('text') }) }, 'name'),
    },
    'type',
    'custom',
  ),
);
const choice: Wire = fc.oneof(
  word('auto', 'none', 'required'),
  fields({ type: word('function'), function: fields({ name }, 'name') }, 'type', 'function'),
  fields(
    {
      type: word('allowed_tools'),
      allowed_tools: fields({ mode: word('auto', 'required'), tools: list(tool) }, 'mode', 'tools'),
    },
    'type',
    'allowed_tools',
  ),
);
const format: Wire = fc.oneof(
  fields({ type: word('text', 'json_object') }, 'type'),
  fields(
    {
      type: word('json_schema'),
      json_schema: fields({ name, schema, strict: flag, description: text }, 'name'),
    },
    'type',
    'json_schema',
  ),
);

/** Requests to `/v1/chat/completions`: https://platform.openai.com/docs/api-reference/chat/create */
export const chatRequests: WireObject = fields(
  {
    model,
    messages: fc.array(turn, { minLength: 1, maxLength: 3 }).map((turns) => turns.flat()),
    stream: flag,
    stream_options: fields({ include_usage: flag }),
    temperature: share,
    top_p: share,
    top_k: fc.nat(50),
    n: fc.constantFrom(1, 1, 2),
    max_tokens: tokens,
    max_completion_tokens: tokens,
    stop: fc.oneof(text, list(text, 5)),
    seed: fc.integer(),
    presence_penalty: share,
    frequency_penalty: share,
    logit_bias: fc.dictionary(fc.constantFrom('50256', '1'), fc.integer({ min: -100, max: 100 })),
    logprobs: flag,
    top_logprobs: fc.nat(20),
    tools: list(tool),
    tool_choice: choice,
    functions: list(fields({ name, parameters: schema }, 'name')),
    function_call: fc.oneof(word('auto', 'none'), fields({ name })),
    parallel_tool_calls: flag,
    response_format: format,
    reasoning_effort: word('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
    reasoning: fields({ effort: word('low', 'high'), max_tokens: tokens, exclude: flag }),
    thinking: fields({ type: word('enabled', 'disabled'), budget_tokens: tokens }),
    verbosity: word('low', 'medium', 'high'),
    service_tier: word('auto', 'default', 'flex', 'priority'),
    metadata,
    user: text,
    store: flag,
    prompt_cache_key: text,
    safety_identifier: text,
    modalities: list(word('text', 'audio')),
    audio: fields({ voice: word('alloy'), format: word('wav') }),
    prediction: fields({ type: word('content'), content }),
    web_search_options: fields({ search_context_size: word('low') }),
    extra_body: fields({ google: fields({ thinking_config: fields({ thinking_budget: tokens }) }) }),
  },
  'model',
  'messages',
);

/** Requests to the endpoints that only OpenAI's format has. */
export const otherChatRequests: WireObject = fc.oneof(
  fields(
    { model, prompt: fc.oneof(text, list(text)), stream: flag, max_tokens: tokens, suffix: text },
    'model',
    'prompt',
  ),
  fields(
    {
      model,
      input: fc.oneof(text, list(text)),
      dimensions: tokens,
      encoding_format: word('float', 'base64'),
    },
    'model',
    'input',
  ),
);
