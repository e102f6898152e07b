import * as fc from 'fast-check';
import {
  base64,
  cacheControl,
  callId,
  fields,
  flag,
  imageType,
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

const textBlock: WireObject = fields(
  {
    type: word('text'),
    text,
    cache_control: cacheControl,
    citations: list(
      fields({ type: word('char_location', 'web_search_result_location'), cited_text: text, url }),
    ),
  },
  'type',
  'text',
);
const source: Wire = fc.oneof(
  fields({ type: word('base64'), media_type: imageType, data: base64 }, 'type', 'media_type', 'data'),
  fields({ type: word('url'), url }, 'type', 'url'),
  fields({ type: word('file'), file_id: text }, 'type', 'file_id'),
  fields({ type: word('text'), media_type: word('text/plain'), data: text }, 'type', 'media_type', 'data'),
  fields({ type: word('content'), content: text }, 'type', 'content'),
);
const media: WireObject = fields(
  { type: word('image', 'document'), source, title: text, cache_control: cacheControl },
  'type',
  'source',
);
const result: WireObject = fields(
  {
    type: word('tool_result'),
    tool_use_id: callId,
    content: fc.oneof(text, list(fc.oneof(textBlock, media))),
    is_error: flag,
  },
  'type',
  'tool_use_id',
);
const said: Wire = fc.oneof(
  textBlock,
  fields({ type: word('thinking'), thinking: text, signature }, 'type', 'thinking', 'signature'),
  fields({ type: word('redacted_thinking'), data: signature }, 'type', 'data'),
  fields(
    {
      type: word('tool_use'),
      id: callId,
      name,
      input: fc.constantFrom({}, { a: 1 }),
      cache_control: cacheControl,
    },
    'type',
    'id',
    'name',
    'input',
  ),
  fields(
    { type: word('server_tool_use', 'web_search_tool_result'), id: callId, name, input: fc.constant({}) },
    'type',
  ),
);
const message: Wire = fc.oneof(
  fields(
    { role: word('user'), content: fc.oneof(text, list(fc.oneof(textBlock, media, result))) },
    'role',
    'content',
  ),
  fields({ role: word('assistant'), content: fc.oneof(text, list(said)) }, 'role', 'content'),
);

const tool: Wire = fc.oneof(
  fields(
    { name, description: text, input_schema: schema, cache_control: cacheControl, type: word('custom') },
    'name',
    'input_schema',
  ),
  fields(
    { type: word('web_search_20250305', 'bash_20250124', 'code_execution_20250825'), name },
    'type',
    'name',
  ),
);

const question = {
  model,
  messages: fc.array(message, { minLength: 1, maxLength: 4 }),
  system: fc.oneof(text, list(textBlock)),
  tools: list(tool),
  tool_choice: fields(
    { type: word('auto', 'any', 'none', 'tool'), name, disable_parallel_tool_use: flag },
    'type',
  ),
  thinking: fields({ type: word('enabled', 'disabled', 'adaptive'), budget_tokens: tokens }, 'type'),
};

/** Requests to `/v1/messages`: https://docs.anthropic.com/en/api/messages */
export const messagesRequests: WireObject = fields(
  {
    ...question,
    max_tokens: tokens,
    stream: flag,
    temperature: share,
    top_p: share,
    top_k: fc.nat(50),
    stop_sequences: list(text),
    metadata,
    service_tier: word('auto', 'standard_only'),
    output_config: fields({
      effort: word('low', 'medium', 'high', 'max'),
      format: fields({ type: word('json_schema'), schema }),
    }),
    container: text,
    context_management: fields({ edits: list(fields({ type: word('clear_tool_uses_20250919') })) }),
    mcp_servers: list(fields({ type: word('url'), url, name })),
  },
  'model',
  'messages',
  'max_tokens',
);

/** Requests to `/v1/messages/count_tokens`. */
export const messagesCounts: WireObject = fields(question, 'model', 'messages');
