import {
  anything,
  either,
  flag,
  later,
  list,
  map,
  mapOf,
  number,
  oneOf,
  type RecordShape,
  record,
  type Shape,
  text,
  whole,
} from '../../wire/shape.ts';

/*
 * The fields of a request after https://ai.google.dev/api/generate-content and the types of @google/genai 2.32.0, whose
 * comments say what only one of the two addresses knows.
 */

/** `gemini`: the Gemini Developer API. `vertex`: Vertex AI. */
export type Place = 'gemini' | 'vertex';

const int64 = either(whole, text);

/** Google's own subset of OpenAPI: what is not in it (`additionalProperties`, `$schema`, `oneOf`) is an unknown field. */
const schema: Shape = record({
  type: text,
  format: text,
  title: text,
  description: text,
  nullable: flag,
  enum: list(text),
  default: anything,
  example: anything,
  items: later(() => schema),
  minItems: int64,
  maxItems: int64,
  properties: mapOf(later(() => schema)),
  required: list(text),
  propertyOrdering: list(text),
  minProperties: int64,
  maxProperties: int64,
  minimum: number,
  maximum: number,
  minLength: int64,
  maxLength: int64,
  pattern: text,
  anyOf: list(later(() => schema)),
});

const blob = record({ mimeType: text, data: text, displayName: text });
const file = record({ mimeType: text, fileUri: text, displayName: text });

const part: Shape = record({
  text,
  inlineData: blob,
  fileData: file,
  functionCall: record({ id: text, name: text, args: map }),
  functionResponse: record({
    id: text,
    name: text,
    response: map,
    parts: list(record({ inlineData: blob, fileData: file })),
    willContinue: flag,
    scheduling: text,
  }),
  executableCode: map,
  codeExecutionResult: map,
  toolCall: map,
  toolResponse: map,
  thought: flag,
  thoughtSignature: text,
  videoMetadata: map,
  mediaResolution: map,
  mediaProcessing: map,
  partMetadata: map,
  speechMetadata: map,
});

const content = record({ role: text, parts: list(part) });

const functionDeclaration = record({
  name: text,
  description: text,
  parameters: schema,
  parametersJsonSchema: anything,
  response: schema,
  responseJsonSchema: anything,
  behavior: text,
});

const tool = record({
  functionDeclarations: list(functionDeclaration),
  googleSearch: map,
  googleSearchRetrieval: map,
  googleMaps: map,
  codeExecution: map,
  computerUse: map,
  urlContext: map,
  fileSearch: map,
  mcpServers: list(map),
  retrieval: map,
  enterpriseWebSearch: map,
});

function toolConfig(place: Place): Shape {
  return record({
    functionCallingConfig: record({
      mode: oneOf('MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'),
      allowedFunctionNames: list(text),
      ...(place === 'vertex' ? { streamFunctionCallArguments: flag } : {}),
    }),
    retrievalConfig: map,
    ...(place === 'gemini' ? { includeServerSideToolInvocations: flag } : {}),
  });
}

function generationConfig(place: Place): Shape {
  return record({
    candidateCount: whole,
    maxOutputTokens: whole,
    stopSequences: list(text),
    temperature: number,
    topP: number,
    topK: number,
    seed: whole,
    presencePenalty: number,
    frequencyPenalty: number,
    responseMimeType: text,
    responseSchema: schema,
    responseJsonSchema: anything,
    responseFormat: anything,
    responseModalities: list(text),
    responseLogprobs: flag,
    logprobs: whole,
    speechConfig: map,
    imageConfig: map,
    mediaResolution: text,
    thinkingConfig: record({
      includeThoughts: flag,
      thinkingBudget: whole,
      thinkingLevel: oneOf('THINKING_LEVEL_UNSPECIFIED', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH'),
    }),
    ...(place === 'gemini'
      ? { enableEnhancedCivicAnswers: flag, translationConfig: map }
      : {
          routingConfig: map,
          modelSelectionConfig: map,
          audioTimestamp: flag,
          enableAffectiveDialog: flag,
        }),
  });
}

export function generateShape(place: Place): RecordShape {
  return record({
    model: text,
    contents: list(content),
    systemInstruction: content,
    tools: list(tool),
    toolConfig: toolConfig(place),
    safetySettings: list(record({ category: text, threshold: text, method: text })),
    generationConfig: generationConfig(place),
    cachedContent: text,
    serviceTier: text,
    ...(place === 'gemini' ? { store: flag } : { labels: map, modelArmorConfig: map }),
  });
}

export function countShape(place: Place): RecordShape {
  const { contents, ...rest } = generateShape(place).fields;
  const { systemInstruction, tools, generationConfig: config } = rest;
  return record({
    model: text,
    ...(contents === undefined ? {} : { contents }),
    ...(place === 'gemini'
      ? { generateContentRequest: generateShape(place) }
      : {
          ...(systemInstruction === undefined ? {} : { systemInstruction }),
          ...(tools === undefined ? {} : { tools }),
          ...(config === undefined ? {} : { generationConfig: config }),
        }),
  });
}
