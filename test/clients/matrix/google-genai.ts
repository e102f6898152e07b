import {
  ApiError,
  type Content,
  type GenerateContentConfig,
  type GenerateContentResponse,
  GoogleGenAI,
} from '@google/genai';
import { z } from 'zod';
import { type Client, type Question, type Said, type Tool, town } from './client.ts';
import type { Host, Stand } from './stand.ts';

export function openGoogle({ origin, key }: Host, { key: other = key }: Partial<Question> = {}): GoogleGenAI {
  return new GoogleGenAI({ apiKey: other, httpOptions: { baseUrl: origin } });
}

/** Google's SDK: its models, and the automatic calls of functions. */
export const googleGenAI: Client = {
  name: '@google/genai',
  speaks: 'gemini',
  givesThoughtsBack: true,
  showsThoughts: true,
  async ask(stand, question) {
    const { models } = openGoogle(stand, question);
    const body = readBody(stand, question);
    if (question.stream !== true) return told([await models.generateContent(body)]);
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of await models.generateContentStream(body)) {
      chunks.push(chunk);
      const text = textOf([chunk]);
      if (text !== '') question.onDelta?.(text);
    }
    return told(chunks);
  },
  async useTools(stand, { tools, stream }) {
    const { models } = openGoogle(stand);
    const body = readBody(stand, { prompt: 'How is the weather?', reasoning: true });
    const request = { ...body, config: { ...body.config, tools: [callable(tools)] } };
    if (!stream) return (await models.generateContent(request)).text ?? '';
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of await models.generateContentStream(request)) chunks.push(chunk);
    // What was said before the calls comes first.
    return textOf(chunks).replace('Let me look.', '');
  },
  async converse(host, models, tool) {
    const { chats } = openGoogle(host);
    const config = { tools: [callable([tool])], thinkingConfig: { includeThoughts: true } };
    const answers: unknown[] = [];
    let history: Content[] = [];
    for (const model of models) {
      const chat = chats.create({ model, config, history });
      const chunks: GenerateContentResponse[] = [];
      for await (const chunk of await chat.sendMessageStream({ message: 'What time is it?' }))
        chunks.push(chunk);
      answers.push(textOf(chunks));
      history = chat.getHistory();
    }
    return answers;
  },
  async makeTown(stand) {
    const { models } = openGoogle(stand);
    const config = { responseMimeType: 'application/json', responseJsonSchema: z.toJSONSchema(town) };
    const { text } = await models.generateContent({
      ...readBody(stand, { prompt: 'Make up a town.' }),
      config,
    });
    return JSON.parse(text ?? '');
  },
  finishes: { stop: 'STOP', length: 'MAX_TOKENS', filter: 'SAFETY' },
  errors: {
    wrongKey: { type: ApiError, like: { status: 401 } },
    unknownModel: { type: ApiError, like: { status: 404 } },
    limited: { type: ApiError, like: { status: 429 } },
    tooLong: { type: ApiError, like: { status: 400 } },
    midStream: { type: ApiError, like: {} },
  },
};

function readBody(
  stand: Stand,
  { prompt, system, image, reasoning, signal, model = stand.model }: Question,
): { model: string; contents: { role: string; parts: object[] }[]; config: GenerateContentConfig } {
  const images = image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: image } }];
  return {
    model,
    contents: [{ role: 'user', parts: [...images, { text: prompt }] }],
    config: {
      ...(system === undefined ? {} : { systemInstruction: system }),
      ...(reasoning === true ? { thinkingConfig: { includeThoughts: true } } : {}),
      ...(signal === undefined ? {} : { abortSignal: signal }),
    },
  };
}

/** Several functions that the SDK calls by itself, as it calls those of an MCP server. */
function callable(tools: readonly Tool[]): NonNullable<GenerateContentConfig['tools']>[number] {
  const functionDeclarations = tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parametersJsonSchema: z.toJSONSchema(parameters),
  }));
  return {
    tool: () => Promise.resolve({ functionDeclarations }),
    callTool: (calls) =>
      Promise.resolve(
        calls.map(({ id, name = '', args }) => {
          const output = tools.find((tool) => tool.name === name)?.run(args);
          return { functionResponse: { ...(id === undefined ? {} : { id }), name, response: { output } } };
        }),
      ),
  };
}

function textOf(chunks: readonly GenerateContentResponse[]): string {
  return partsOf(chunks)
    .map((part) => (part.thought === true ? '' : (part.text ?? '')))
    .join('');
}

function told(chunks: readonly GenerateContentResponse[]): Said {
  const usage = chunks.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata;
  return {
    text: textOf(chunks),
    reasoning: partsOf(chunks)
      .map((part) => (part.thought === true ? (part.text ?? '') : ''))
      .join(''),
    finish: chunks.at(-1)?.candidates?.[0]?.finishReason,
    input: usage?.promptTokenCount,
    output: usage?.candidatesTokenCount,
  };
}

function partsOf(
  chunks: readonly GenerateContentResponse[],
): readonly { text?: string; thought?: boolean }[] {
  return chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
}
