import {
  anything,
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
} from '../../wire/shape.ts';

/* The blocks of a message's content: the types `…BlockParam` of @anthropic-ai/sdk 1.11.0. */

export const cacheControl: Shape = nullable(record({ 'type!': oneOf('ephemeral'), ttl: oneOf('5m', '1h') }));

const marked = { cache_control: cacheControl };

export const textBlock: Shape = record({
  'type!': text,
  'text!': text,
  citations: nullable(list(openRecord({ 'type!': text }))),
  ...marked,
});

const imageTypes = oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp');
const url = record({ 'type!': text, 'url!': text });
const file = record({ 'type!': text, 'file_id!': text });

const imageBlock = record({
  'type!': text,
  'source!': tagged('type', {
    base64: record({ 'type!': text, 'media_type!': imageTypes, 'data!': text }),
    url,
    file,
  }),
  transformations: nullable(record({ oversized_image: oneOf('downsize', 'error') })),
  ...marked,
});

const documentBlock = record({
  'type!': text,
  'source!': tagged('type', {
    base64: record({ 'type!': text, 'media_type!': oneOf('application/pdf'), 'data!': text }),
    text: record({ 'type!': text, 'media_type!': oneOf('text/plain'), 'data!': text }),
    content: record({
      'type!': text,
      'content!': either(text, list(tagged('type', { text: textBlock, image: imageBlock }))),
    }),
    url,
    file,
  }),
  citations: nullable(record({ enabled: flag })),
  context: nullable(text),
  title: nullable(text),
  ...marked,
});

const searchResultBlock = record({
  'type!': text,
  'content!': list(tagged('type', { text: textBlock })),
  'source!': text,
  'title!': text,
  citations: record({ enabled: flag }),
  ...marked,
});

const caller = openRecord({ 'type!': text });
const id = textLike(/^[a-zA-Z0-9_-]+$/);

const toolUseBlock = record({
  'type!': text,
  'id!': id,
  'name!': textLike(/^.{1,200}$/s),
  'input!': map,
  caller,
  toolset_name: nullable(text),
  ...marked,
});

const toolResultBlock = record({
  'type!': text,
  'tool_use_id!': id,
  content: either(
    text,
    list(
      tagged('type', {
        text: textBlock,
        image: imageBlock,
        document: documentBlock,
        search_result: searchResultBlock,
        tool_reference: record({ 'type!': text, 'tool_name!': text, ...marked }),
      }),
    ),
  ),
  is_error: flag,
  toolset_name: nullable(text),
  ...marked,
});

/** What Anthropic's own tools have said; it is not looked into. */
const serverResult = openRecord({ 'type!': text, 'tool_use_id!': id, content: anything });

const contentBlocks: Shape = tagged('type', {
  text: textBlock,
  image: imageBlock,
  document: documentBlock,
  search_result: searchResultBlock,
  thinking: record({ 'type!': text, 'thinking!': text, 'signature!': text }),
  redacted_thinking: record({ 'type!': text, 'data!': text }),
  tool_use: toolUseBlock,
  tool_result: toolResultBlock,
  server_tool_use: record({ 'type!': text, 'id!': id, 'name!': text, 'input!': map, caller, ...marked }),
  web_search_tool_result: serverResult,
  web_fetch_tool_result: serverResult,
  code_execution_tool_result: serverResult,
  bash_code_execution_tool_result: serverResult,
  text_editor_code_execution_tool_result: serverResult,
  tool_search_tool_result: serverResult,
  container_upload: record({ 'type!': text, 'file_id!': text, ...marked }),
});

export const messageShape: Shape = record({
  'role!': oneOf('user', 'assistant', 'system'),
  'content!': either(text, list(contentBlocks)),
});
