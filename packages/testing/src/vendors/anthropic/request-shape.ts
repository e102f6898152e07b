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
  whole,
  wholeFrom,
} from '../../wire/shape.ts';
import { cacheControl, messageShape, textBlock } from './block-shapes.ts';

/* The fields of a request: the types `MessageCreateParamsBase` and `MessageCountTokensParams` of @anthropic-ai/sdk 1.11.0. */

const jsonFormat = nullable(record({ 'type!': oneOf('json_schema'), 'schema!': map }));
const display = nullable(oneOf('summarized', 'omitted'));

const customTool = record({
  'name!': textLike(/^[a-zA-Z0-9_-]{1,128}$/),
  'input_schema!': openRecord({ 'type!': oneOf('object') }),
  type: nullable(oneOf('custom')),
  description: text,
  strict: flag,
  defer_loading: flag,
  eager_input_streaming: nullable(flag),
  allowed_callers: list(text),
  input_examples: list(map),
  cache_control: cacheControl,
});

/** Tools that Anthropic defines (`web_search_20260209`, `bash_20250124`) have fields of their own; only their name counts here. */
const ownTool = openRecord({ 'type!': text });
const ownTools = [
  'bash_20250124',
  'browser_20260801',
  'code_execution_20250522',
  'code_execution_20250825',
  'code_execution_20260120',
  'code_execution_20260521',
  'computer_20260801',
  'memory_20250818',
  'text_editor_20250124',
  'text_editor_20250429',
  'text_editor_20250728',
  'tool_search_tool_bm25',
  'tool_search_tool_bm25_20251119',
  'tool_search_tool_regex',
  'tool_search_tool_regex_20251119',
  'web_fetch_20250910',
  'web_fetch_20260209',
  'web_fetch_20260309',
  'web_fetch_20260318',
  'web_search_20250305',
  'web_search_20260209',
  'web_search_20260318',
];

const parallel = { disable_parallel_tool_use: flag };

const counted: Readonly<Record<string, Shape>> = {
  'model!': text,
  'messages!': list(messageShape),
  system: either(text, list(tagged('type', { text: textBlock }))),
  thinking: tagged('type', {
    enabled: record({ 'type!': text, 'budget_tokens!': wholeFrom(1024), display }),
    adaptive: record({ 'type!': text, display }),
    between_tools: record({ 'type!': text }),
    disabled: record({ 'type!': text }),
  }),
  tool_choice: tagged('type', {
    auto: record({ 'type!': text, ...parallel }),
    any: record({ 'type!': text, ...parallel }),
    tool: record({ 'type!': text, 'name!': text, ...parallel }),
    none: record({ 'type!': text }),
  }),
  tools: list(
    tagged(
      'type',
      { custom: customTool, ...Object.fromEntries(ownTools.map((name) => [name, ownTool])) },
      'custom',
    ),
  ),
  output_config: record({
    effort: nullable(oneOf('low', 'medium', 'high', 'xhigh', 'max')),
    format: jsonFormat,
  }),
  cache_control: cacheControl,
  speed: nullable(oneOf('standard', 'fast')),
};

const created: Readonly<Record<string, Shape>> = {
  ...counted,
  'max_tokens!': wholeFrom(0),
  stream: flag,
  stop_sequences: list(text),
  metadata: record({ user_id: nullable(text) }),
  service_tier: oneOf('auto', 'standard_only'),
  container: nullable(either(text, map)),
  diagnostics: nullable(map),
  inference_geo: nullable(text),
};

/** No longer known to API version 2026-10-21: https://platform.claude.com/docs/en/api/migration-2026-10-21. */
const sampling: Readonly<Record<string, Shape>> = {
  temperature: numberIn(0, 1),
  top_p: numberIn(0, 1),
  top_k: whole,
};

/** Fields that exist with an `anthropic-beta` header only; `output_format` is the older place of `output_config.format`. */
const beta: Readonly<Record<string, Shape>> = {
  output_format: jsonFormat,
  context_management: anything,
  mcp_servers: anything,
  fallbacks: anything,
  fallback_credit_token: anything,
  billing_policy: anything,
  compaction: anything,
};

/** Held by Anthropic itself, and by no cloud: `_supportsMessageThreads` of @anthropic-ai/sdk 1.11.0. */
const threads: Readonly<Record<string, Shape>> = {
  thread: tagged('type', {
    create: record({ 'type!': text }),
    continue: record({ 'type!': text, 'previous_message_id!': text }),
  }),
};

export interface RequestKind {
  readonly operation: 'create' | 'count';
  /** On Vertex AI the path has the model, and the body has what is elsewhere a header. */
  readonly place: 'anthropic' | 'vertex';
  /** The API's version is older than 2026-10-21. */
  readonly isOldVersion: boolean;
  readonly hasBeta: boolean;
}

export function requestShape({ operation, place, isOldVersion, hasBeta }: RequestKind): RecordShape {
  const { 'model!': model = text, ...fields } = operation === 'create' ? created : counted;
  const isInPath = place === 'vertex' && operation === 'create';
  const version = oneOf('vertex-2023-10-16');
  return record({
    // Where tokens are counted, it may be left out: https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens.
    ...(isInPath ? { 'anthropic_version!': version } : {}),
    ...(place === 'vertex' && !isInPath ? { anthropic_version: version } : {}),
    ...(isInPath ? {} : { 'model!': model }),
    ...fields,
    ...(isOldVersion && operation === 'create' ? sampling : {}),
    ...(hasBeta ? beta : {}),
    ...(hasBeta && place === 'anthropic' ? threads : {}),
    ...(place === 'vertex' ? { anthropic_beta: list(text) } : {}),
  });
}
