import {
  either,
  flag,
  list,
  map,
  nullable,
  oneOf,
  openRecord,
  record,
  type Shape,
  tagged,
  text,
  textLike,
  textUpTo,
} from '../../wire/shape.ts';

/* The items of a conversation: the type `ResponseInputItem` of openai 7.55.0. */

const breakpoint = { prompt_cache_breakpoint: nullable(map) };

const inputContent = {
  input_text: record({ 'type!': text, 'text!': text, ...breakpoint }),
  input_image: record({
    'type!': text,
    detail: nullable(oneOf('low', 'high', 'auto', 'original')),
    image_url: nullable(text),
    file_id: nullable(text),
    ...breakpoint,
  }),
  input_file: record({
    'type!': text,
    detail: nullable(text),
    file_data: nullable(text),
    file_id: nullable(text),
    file_url: nullable(text),
    filename: nullable(text),
    ...breakpoint,
  }),
};

const outputContent = {
  output_text: record({
    'type!': text,
    'text!': text,
    annotations: list(map),
    logprobs: nullable(list(map)),
  }),
  refusal: record({ 'type!': text, 'refusal!': text }),
};

const status = nullable(oneOf('in_progress', 'completed', 'incomplete'));
const phase = nullable(oneOf('commentary', 'final_answer'));

function idOf(prefix: string): Shape {
  return nullable(textLike(new RegExp(`^${prefix}`)));
}

function message(content: Readonly<Record<string, Shape>>): Shape {
  return record({
    type: text,
    'role!': text,
    'content!': either(text, list(tagged('type', content))),
    id: idOf('msg'),
    status,
    phase,
  });
}

const inputMessage = message(inputContent);
const callId = textUpTo(64);
const name = textLike(/^[a-zA-Z0-9_-]+$/);
const output = either(text, list(tagged('type', inputContent)));
const caller = { caller: nullable(map), namespace: nullable(text), async: flag };

/** What OpenAI's own tools have done, and other things that are not looked into. */
const other = openRecord({ 'type!': text });
const others = [
  'additional_tools',
  'apply_patch_call',
  'apply_patch_call_output',
  'code_interpreter_call',
  'compaction',
  'computer_call',
  'computer_call_output',
  'file_search_call',
  'image_generation_call',
  'local_shell_call',
  'local_shell_call_output',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
  'mcp_list_tools',
  'shell_call',
  'shell_call_output',
  'tool_search_call',
  'tool_search_output',
  'web_search_call',
];

export const inputItem: Shape = tagged(
  'type',
  {
    message: tagged('role', {
      user: inputMessage,
      system: inputMessage,
      developer: inputMessage,
      assistant: message(outputContent),
    }),
    reasoning: record({
      'type!': text,
      id: idOf('rs'),
      'summary!': list(tagged('type', { summary_text: record({ 'type!': text, 'text!': text }) })),
      content: nullable(list(tagged('type', { reasoning_text: record({ 'type!': text, 'text!': text }) }))),
      encrypted_content: nullable(text),
      status,
    }),
    function_call: record({
      'type!': text,
      id: idOf('fc'),
      'call_id!': callId,
      'name!': name,
      'arguments!': text,
      status,
      ...caller,
    }),
    function_call_output: record({
      'type!': text,
      id: idOf('fc'),
      'call_id!': callId,
      'output!': output,
      status,
      ...caller,
      name: nullable(text),
    }),
    custom_tool_call: record({
      'type!': text,
      id: idOf('ctc'),
      'call_id!': callId,
      'name!': name,
      'input!': text,
      status,
      ...caller,
    }),
    custom_tool_call_output: record({
      'type!': text,
      id: idOf('ctc'),
      'call_id!': callId,
      'output!': output,
      status,
      ...caller,
    }),
    item_reference: record({ 'type!': text, 'id!': text }),
    ...Object.fromEntries(others.map((type) => [type, other])),
  },
  'message',
);
