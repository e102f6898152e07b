import {
  anything,
  either,
  flag,
  list,
  map,
  nullable,
  numberIn,
  oneOf,
  openRecord,
  type RecordShape,
  record,
  type Shape,
  tagged,
  text,
  textLike,
  wholeFrom,
} from '../../wire/shape.ts';
import { inputItem } from './item-shapes.ts';

/* The fields of a request: the types `ResponseCreateParamsBase` and `InputTokenCountParams` of openai 7.55.0. */

const name = textLike(/^[a-zA-Z0-9_-]+$/);
const callers = { allowed_callers: nullable(list(text)), async: flag, defer_loading: flag };

/** Tools of OpenAI's own; they are accepted and never used. */
const ownTool = openRecord({ 'type!': text });
const ownTools = [
  'apply_patch',
  'code_interpreter',
  'computer',
  'computer_use_preview',
  'file_search',
  'image_generation',
  'local_shell',
  'mcp',
  'namespace',
  'shell',
  'tool_search',
  'web_search',
  'web_search_preview',
];

const tool = tagged('type', {
  function: record({
    'type!': text,
    'name!': name,
    description: nullable(text),
    parameters: nullable(map),
    strict: nullable(flag),
    output_schema: nullable(map),
    ...callers,
  }),
  custom: record({ 'type!': text, 'name!': name, description: nullable(text), format: map, ...callers }),
  ...Object.fromEntries(ownTools.map((type) => [type, ownTool])),
});

const toolChoice = either(
  oneOf('none', 'auto', 'required'),
  tagged('type', {
    function: record({ 'type!': text, 'name!': text }),
    custom: record({ 'type!': text, 'name!': text }),
    allowed_tools: record({ 'type!': text, 'mode!': oneOf('auto', 'required'), 'tools!': list(map) }),
    ...Object.fromEntries(ownTools.map((type) => [type, ownTool])),
  }),
);

const format = tagged('type', {
  text: record({ 'type!': text }),
  json_object: record({ 'type!': text }),
  json_schema: record({
    'type!': text,
    'name!': name,
    'schema!': map,
    description: nullable(text),
    strict: nullable(flag),
  }),
});

const reasoning = record({
  effort: nullable(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  summary: nullable(oneOf('auto', 'concise', 'detailed')),
  generate_summary: nullable(oneOf('auto', 'concise', 'detailed')),
  context: nullable(text),
  mode: nullable(text),
});

const counted: Readonly<Record<string, Shape>> = {
  model: nullable(text),
  input: nullable(either(text, list(inputItem))),
  instructions: nullable(text),
  conversation: nullable(either(text, map)),
  previous_response_id: nullable(text),
  parallel_tool_calls: nullable(flag),
  reasoning: nullable(reasoning),
  text: nullable(record({ format, verbosity: nullable(oneOf('low', 'medium', 'high')) })),
  tool_choice: nullable(toolChoice),
  tools: nullable(list(tool)),
  truncation: nullable(oneOf('auto', 'disabled')),
};

export const countShape: RecordShape = record({ ...counted, personality: text });

export const createShape: RecordShape = record({
  ...counted,
  access_programs: map,
  background: nullable(flag),
  context_management: nullable(list(map)),
  image: map,
  include: nullable(
    list(
      oneOf(
        'file_search_call.results',
        'web_search_call.results',
        'web_search_call.action.sources',
        'message.input_image.image_url',
        'computer_call_output.output.image_url',
        'code_interpreter_call.outputs',
        'reasoning.encrypted_content',
        'message.output_text.logprobs',
      ),
    ),
  ),
  max_output_tokens: nullable(wholeFrom(16)),
  max_tool_calls: nullable(wholeFrom(1)),
  metadata: nullable(map),
  moderation: nullable(map),
  prompt: nullable(anything),
  prompt_cache_key: nullable(text),
  prompt_cache_options: map,
  prompt_cache_retention: nullable(oneOf('in_memory', '24h')),
  safety_identifier: nullable(text),
  service_tier: nullable(oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast')),
  store: nullable(flag),
  stream: nullable(flag),
  stream_options: nullable(record({ include_obfuscation: flag })),
  temperature: nullable(numberIn(0, 2)),
  top_logprobs: nullable(numberIn(0, 20)),
  top_p: nullable(numberIn(0, 1)),
  user: nullable(text),
});
