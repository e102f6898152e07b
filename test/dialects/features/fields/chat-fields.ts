import type { OpenAI } from 'openai';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { Fields } from '../fields.ts';

type Part = OpenAI.ChatCompletionContentPart;
type Call = OpenAI.ChatCompletionMessageToolCall;

const mark = { mode: 'explicit' };

/** Every kind of part that a user's message can hold, with every field that it can have. */
const parts: { readonly [Kind in Part['type']]: JsonObject } = {
  text: { type: 'text', text: 'Look', prompt_cache_breakpoint: mark },
  image_url: {
    type: 'image_url',
    image_url: { url: 'https://example.com/cat.png', detail: 'high' },
    prompt_cache_breakpoint: mark,
  },
  input_audio: {
    type: 'input_audio',
    input_audio: { data: 'UklGRg==', format: 'wav' },
    prompt_cache_breakpoint: mark,
  },
  file: {
    type: 'file',
    file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'report.pdf' },
    prompt_cache_breakpoint: mark,
  },
};

const calls: { readonly [Kind in Call['type']]: JsonObject } = {
  function: { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
  custom: { id: 'call_1', type: 'custom', custom: { name: 'shell', input: 'ls' } },
};

const user = { role: 'user', content: 'Hello' };

const messages: readonly (readonly JsonObject[])[] = [
  [{ role: 'system', content: 'Be brief', name: 'boss' }, user],
  [{ role: 'developer', content: [{ type: 'text', text: 'Be brief' }], name: 'boss' }, user],
  ...Object.values(parts).map((part) => [{ role: 'user', content: [part], name: 'ann' }]),
  [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1', filename: 'a.pdf' } }] }],
  [user, { role: 'assistant', content: 'Hi', name: 'bot' }, user],
  [user, { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }, user],
  [user, { role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] }, user],
  [user, { role: 'assistant', refusal: 'No' }, user],
  [user, { role: 'assistant', audio: { id: 'audio_1' } }, user],
  [
    user,
    { role: 'assistant', function_call: { name: 'weather', arguments: '{"city":"Rome"}' } },
    { role: 'function', name: 'weather', content: 'Sunny' },
  ],
  ...Object.values(calls).map((call) => [
    user,
    { role: 'assistant', content: 'I look.', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'Sunny' }] },
  ]),
];

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const weather = {
  type: 'function',
  function: { name: 'weather', description: 'Tells it', parameters: schema, strict: true },
};

/** Every parameter of Chat Completions that the SDK knows, with values that mean something. */
export const chatFields: Fields<OpenAI.ChatCompletionCreateParams> = {
  model: ['any'],
  messages,
  audio: [{ format: 'wav', voice: 'ash' }],
  frequency_penalty: [0.5],
  function_call: ['none', { name: 'weather' }],
  functions: [[{ name: 'weather', description: 'Tells it', parameters: schema }]],
  logit_bias: [{ 50256: -100 }],
  logprobs: [true],
  max_completion_tokens: [1234],
  max_tokens: [1234],
  metadata: [{ team: 'a' }],
  modalities: [['text', 'audio']],
  moderation: [{ model: 'omni', policy: { input: { mode: 'block' } } }],
  n: [2],
  parallel_tool_calls: [false],
  prediction: [{ type: 'content', content: 'Hello' }],
  presence_penalty: [0.5],
  prompt_cache_key: ['key'],
  prompt_cache_options: [{ mode: 'explicit', ttl: '30m' }],
  prompt_cache_retention: ['24h'],
  reasoning_effort: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  response_format: [
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 'city', description: 'A city', schema, strict: true } },
  ],
  safety_identifier: ['user-1'],
  seed: [7],
  service_tier: ['flex', 'priority', 'scale', 'fast'],
  stop: ['END', ['END', 'STOP']],
  store: [true],
  stream: [true],
  stream_options: [{ include_usage: true, include_obfuscation: false }],
  temperature: [0.5],
  tool_choice: [
    'none',
    'required',
    { type: 'function', function: { name: 'weather' } },
    { type: 'custom', custom: { name: 'shell' } },
    {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'weather' } }] },
    },
  ],
  tools: [
    [weather],
    [{ type: 'custom', custom: { name: 'shell', description: 'Runs it', format: { type: 'text' } } }],
    [
      {
        type: 'custom',
        custom: {
          name: 'sum',
          format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: NUMBER' } },
        },
      },
    ],
  ],
  top_logprobs: [3],
  top_p: [0.9],
  user: ['user-1'],
  verbosity: ['low'],
  web_search_options: [
    {
      search_context_size: 'high',
      user_location: { type: 'approximate', approximate: { city: 'Rome', country: 'IT' } },
    },
  ],
};
