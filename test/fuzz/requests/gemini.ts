import * as fc from 'fast-check';
import {
  base64,
  callId,
  fields,
  flag,
  imageType,
  list,
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
  fields({ text, thought: flag, thoughtSignature: signature }, 'text'),
  fields({ inlineData: fields({ mimeType: imageType, data: base64 }, 'mimeType', 'data') }, 'inlineData'),
  fields({ fileData: fields({ mimeType: imageType, fileUri: url }, 'fileUri') }, 'fileData'),
  fields(
    {
      functionCall: fields({ id: callId, name, args: fc.constantFrom({}, { a: 1 }) }, 'name'),
      thoughtSignature: signature,
    },
    'functionCall',
  ),
  fields(
    {
      functionResponse: fields(
        { id: callId, name, response: fc.constantFrom({}, { result: 'x' }) },
        'name',
        'response',
      ),
    },
    'functionResponse',
  ),
  fields({ executableCode: fields({ language: word('PYTHON'), code: text }) }, 'executableCode'),
  fields(
    { codeExecutionResult: fields({ outcome: word('OUTCOME_OK'), output: text }) },
    'codeExecutionResult',
  ),
);
const content: WireObject = fields({ role: word('user', 'model', 'function'), parts: list(part) }, 'parts');

const tool: Wire = fc.oneof(
  fields({
    functionDeclarations: list(
      fields({ name, description: text, parameters: schema, parametersJsonSchema: schema }, 'name'),
    ),
  }),
  fields({ googleSearch: fc.constant({}) }),
  fields({ codeExecution: fc.constant({}) }),
  fields({ urlContext: fc.constant({}) }),
);

const generation: WireObject = fields({
  temperature: share,
  topP: share,
  topK: fc.nat(50),
  candidateCount: fc.constantFrom(1, 1, 2),
  maxOutputTokens: tokens,
  stopSequences: list(text, 5),
  seed: fc.integer(),
  presencePenalty: share,
  frequencyPenalty: share,
  responseLogprobs: flag,
  logprobs: fc.nat(20),
  responseMimeType: word('text/plain', 'application/json', 'text/x.enum'),
  responseSchema: schema,
  responseJsonSchema: schema,
  responseModalities: list(word('TEXT', 'IMAGE', 'AUDIO')),
  thinkingConfig: fields({
    thinkingBudget: fc.constantFrom(-1, 0, 1024),
    thinkingLevel: word('low', 'HIGH'),
    includeThoughts: flag,
  }),
  speechConfig: fields({ languageCode: word('de-DE') }),
  mediaResolution: word('MEDIA_RESOLUTION_LOW'),
});

/** Requests to `:generateContent` and `:streamGenerateContent`: https://ai.google.dev/api/generate-content */
export const geminiRequests: WireObject = fields(
  {
    contents: fc.oneof(list(content, 4), content),
    systemInstruction: fc.oneof(content, fields({ parts: list(fields({ text }, 'text')) })),
    tools: list(tool),
    toolConfig: fields({
      functionCallingConfig: fields({
        mode: word('AUTO', 'ANY', 'NONE', 'VALIDATED'),
        allowedFunctionNames: list(name),
      }),
    }),
    generationConfig: generation,
    safetySettings: list(
      fields({ category: word('HARM_CATEGORY_HARASSMENT'), threshold: word('BLOCK_NONE') }),
    ),
    cachedContent: text,
    labels: fc.dictionary(fc.constantFrom('a', 'b'), text),
  },
  'contents',
);

/** Requests to `:countTokens`. */
export const geminiCounts: WireObject = fc.oneof(
  geminiRequests,
  fields({ generateContentRequest: geminiRequests, contents: list(content) }),
);
