import type { GenerateContentConfig, Part, Tool } from '@google/genai';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';

/** Fields that only concern the SDK itself, and are not sent. */
type Local = 'httpOptions' | 'abortSignal' | 'automaticFunctionCalling' | 'automaticContinuation';

const settings = (generationConfig: JsonObject): JsonObject => ({ generationConfig });

/** Every kind of part, as it goes over the wire. */
const parts: { readonly [Kind in Exclude<keyof Part, 'thought' | 'thoughtSignature'>]-?: JsonObject } = {
  text: { text: 'Look' },
  inlineData: { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=', displayName: 'cat.png' } },
  fileData: {
    fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/a.pdf', displayName: 'a' },
  },
  mediaResolution: {
    inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' },
    mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' },
  },
  videoMetadata: {
    fileData: { mimeType: 'video/mp4', fileUri: 'https://example.com/a.mp4' },
    videoMetadata: { fps: 2, startOffset: '1s' },
  },
  mediaProcessing: {
    inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' },
    mediaProcessing: { mode: 'FULL' },
  },
  partMetadata: { text: 'Look', partMetadata: { source: 'a' } },
  speechMetadata: { text: 'Look', speechMetadata: { style: 'excited' } },
  audioTranscription: { audioTranscription: { text: 'Hello' } },
  executableCode: { executableCode: { language: 'PYTHON', code: '1' } },
  codeExecutionResult: { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
  functionCall: { functionCall: { id: 'c1', name: 'weather', args: { city: 'Rome' } } },
  functionResponse: {
    functionResponse: { id: 'c1', name: 'weather', response: { output: 'Sunny' }, scheduling: 'SILENT' },
  },
  toolCall: { toolCall: { id: 'c1', toolType: 'GOOGLE_SEARCH_WEB', args: {} } },
  toolResponse: { toolResponse: { id: 'c1', toolType: 'GOOGLE_SEARCH_WEB', response: {} } },
};

const user = { role: 'user', parts: [{ text: 'Hello' }] };
const ofModel = new Set([
  'executableCode',
  'codeExecutionResult',
  'functionCall',
  'toolCall',
  'toolResponse',
]);
const call = { role: 'model', parts: [parts.functionCall] };

const conversations: readonly JsonObject[] = [
  ...Object.entries(parts).map(([kind, part]): JsonObject => {
    if (kind === 'functionResponse') return { contents: [user, call, { role: 'user', parts: [part] }] };
    return {
      contents: ofModel.has(kind)
        ? [user, { role: 'model', parts: [part] }, user]
        : [{ role: 'user', parts: [part] }],
    };
  }),
  { contents: [user, { role: 'model', parts: [{ text: 'Hm', thought: true }] }, user] },
  { contents: [user, { role: 'model', parts: [{ text: 'Hi', thoughtSignature: 'c2ln' }] }, user] },
  {
    contents: [
      user,
      call,
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              id: 'c1',
              name: 'weather',
              response: { error: 'no' },
              parts: [{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }],
            },
          },
        ],
      },
    ],
  },
];

const schema = { type: 'OBJECT', properties: { city: { type: 'STRING' } } };
const jsonSchema = { type: 'object', properties: { city: { type: 'string' } } };

const tools: { readonly [Kind in keyof Tool]-?: JsonObject } = {
  functionDeclarations: {
    functionDeclarations: [
      {
        name: 'weather',
        description: 'Tells it',
        parameters: schema,
        response: schema,
        behavior: 'NON_BLOCKING',
      },
    ],
  },
  googleSearch: { googleSearch: { excludeDomains: ['example.com'] } },
  googleSearchRetrieval: { googleSearchRetrieval: {} },
  codeExecution: { codeExecution: {} },
  urlContext: { urlContext: {} },
  googleMaps: { googleMaps: {} },
  enterpriseWebSearch: { enterpriseWebSearch: {} },
  computerUse: { computerUse: { environment: 'ENVIRONMENT_BROWSER' } },
  fileSearch: { fileSearch: { fileSearchStoreNames: ['s'] } },
  retrieval: { retrieval: {} },
  mcpServers: { mcpServers: [] },
  exaAiSearch: { exaAiSearch: {} },
  parallelAiSearch: { parallelAiSearch: {} },
};

/** Every field of Google's config, each as the fields of the body that its SDK makes of it; and what it speaks about. */
export const geminiFields: {
  readonly [Field in Exclude<keyof GenerateContentConfig, Local> | 'contents']-?: readonly JsonObject[];
} = {
  contents: conversations,
  serviceTier: [{ serviceTier: 'flex' }, { serviceTier: 'priority' }],
  systemInstruction: [{ systemInstruction: { parts: [{ text: 'Be brief' }] } }],
  temperature: [settings({ temperature: 0.5 })],
  topP: [settings({ topP: 0.9 })],
  topK: [settings({ topK: 20 })],
  candidateCount: [settings({ candidateCount: 2 })],
  maxOutputTokens: [settings({ maxOutputTokens: 1234 })],
  stopSequences: [settings({ stopSequences: ['END'] })],
  responseLogprobs: [settings({ responseLogprobs: true })],
  logprobs: [settings({ responseLogprobs: true, logprobs: 3 })],
  presencePenalty: [settings({ presencePenalty: 0.5 })],
  frequencyPenalty: [settings({ frequencyPenalty: 0.5 })],
  seed: [settings({ seed: 7 })],
  responseMimeType: [
    settings({ responseMimeType: 'application/json' }),
    settings({ responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } }),
  ],
  responseSchema: [settings({ responseMimeType: 'application/json', responseSchema: schema })],
  responseJsonSchema: [settings({ responseMimeType: 'application/json', responseJsonSchema: jsonSchema })],
  routingConfig: [settings({ routingConfig: { autoMode: { modelRoutingPreference: 'BALANCED' } } })],
  modelSelectionConfig: [settings({ modelSelectionConfig: { featureSelectionPreference: 'BALANCED' } })],
  safetySettings: [{ safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] }],
  tools: Object.values(tools).map((tool) => ({ tools: [tool] })),
  toolConfig: [
    { toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } } },
    { toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } },
    { toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
    { toolConfig: { functionCallingConfig: { streamFunctionCallArguments: true } } },
    { toolConfig: { retrievalConfig: { languageCode: 'en' } } },
  ],
  labels: [{ labels: { team: 'a' } }],
  cachedContent: [{ cachedContent: 'cachedContents/1' }],
  responseModalities: [settings({ responseModalities: ['TEXT', 'IMAGE'] })],
  mediaResolution: [settings({ mediaResolution: 'MEDIA_RESOLUTION_HIGH' })],
  speechConfig: [settings({ speechConfig: { languageCode: 'en' } })],
  audioTimestamp: [settings({ audioTimestamp: true })],
  thinkingConfig: [
    settings({ thinkingConfig: { includeThoughts: true } }),
    settings({ thinkingConfig: { thinkingBudget: 2000, includeThoughts: true } }),
    settings({ thinkingConfig: { thinkingBudget: 0 } }),
    settings({ thinkingConfig: { thinkingBudget: -1 } }),
    settings({ thinkingConfig: { thinkingLevel: 'LOW' } }),
    settings({ thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: false } }),
  ],
  audioTranscriptionConfig: [settings({ audioTranscriptionConfig: { diarization: true } })],
  imageConfig: [settings({ imageConfig: { aspectRatio: '16:9' } })],
  enableEnhancedCivicAnswers: [settings({ enableEnhancedCivicAnswers: true })],
  modelArmorConfig: [{ modelArmorConfig: { promptTemplateName: 'p' } }],
  continuationToken: [{ continuationToken: 'token' }],
  generationOutputConfig: [settings({ generationOutputConfig: { outputUriPrefix: 'gs://b/' } })],
  store: [{ store: true }],
};
