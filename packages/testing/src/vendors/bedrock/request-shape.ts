import {
  anything,
  flag,
  list,
  map,
  mapOf,
  numberIn,
  oneOf,
  openRecord,
  type RecordShape,
  record,
  type Shape,
  text,
  textLike,
  union,
  wholeFrom,
} from '../../wire/shape.ts';

/*
 * The members of a request: the types `ConverseRequest`, `ConverseStreamRequest` and `CountTokensRequest` of
 * @aws-sdk/client-bedrock-runtime 3.1163.0. Bytes are base64 in JSON.
 */

const s3 = record({ 'uri!': text, bucketOwner: text });
const citations = record({ 'enabled!': flag });
const cachePoint = record({ 'type!': oneOf('default'), ttl: oneOf('5m', '1h') });
const id = textLike(/^[a-zA-Z0-9_-]{1,64}$/);

const image = record({
  'format!': oneOf('png', 'jpeg', 'gif', 'webp'),
  'source!': union({ bytes: text, s3Location: s3 }),
});

const document = record({
  format: oneOf('pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'),
  'name!': text,
  'source!': union({ bytes: text, s3Location: s3, text, content: list(union({ text })) }),
  context: text,
  citations,
});

const media = record({ 'format!': text, 'source!': union({ bytes: text, s3Location: s3 }) });

const searchResult = record({
  'source!': text,
  'title!': text,
  'content!': list(record({ 'text!': text })),
  citations,
});

const toolResult = record({
  'toolUseId!': id,
  'content!': list(union({ text, json: anything, image, document, video: media, searchResult })),
  status: oneOf('success', 'error'),
  type: text,
});

const contentBlock: Shape = union({
  text,
  image,
  document,
  video: media,
  audio: media,
  toolUse: record({ 'toolUseId!': id, 'name!': id, 'input!': anything, type: oneOf('server_tool_use') }),
  toolResult,
  guardContent: map,
  cachePoint,
  reasoningContent: union({
    reasoningText: record({ 'text!': text, signature: text }),
    redactedContent: text,
  }),
  citationsContent: map,
  searchResult,
  toolAddition: map,
  toolRemoval: map,
});

const message = record({ 'role!': oneOf('user', 'assistant'), 'content!': list(contentBlock) });

const toolSpec = record({
  'name!': id,
  description: text,
  'inputSchema!': union({ json: openRecord({}) }),
  strict: flag,
});

const toolConfig = record({
  'tools!': list(union({ toolSpec, systemTool: record({ 'name!': text }), cachePoint })),
  toolChoice: union({ auto: record({}), any: record({}), tool: record({ 'name!': id }) }),
});

const counted: Readonly<Record<string, Shape>> = {
  messages: list(message),
  system: list(union({ text, guardContent: map, cachePoint })),
  toolConfig,
  additionalModelRequestFields: map,
};

export const converseShape: RecordShape = record({
  ...counted,
  inferenceConfig: record({
    maxTokens: wholeFrom(1),
    temperature: numberIn(0, 1),
    topP: numberIn(0, 1),
    stopSequences: list(text),
  }),
  guardrailConfig: map,
  promptVariables: map,
  additionalModelResponseFieldPaths: list(text),
  requestMetadata: mapOf(text),
  performanceConfig: record({ latency: oneOf('standard', 'optimized') }),
  serviceTier: record({ 'type!': oneOf('default', 'flex', 'priority', 'reserved') }),
  outputConfig: record({
    textFormat: record({
      'type!': oneOf('json_schema'),
      'structure!': union({ jsonSchema: record({ 'schema!': text, name: text, description: text }) }),
    }),
    effort: text,
  }),
});

export const countShape: RecordShape = record({
  'input!': union({ converse: record(counted), invokeModel: record({ 'body!': text }) }),
});
