import {
  APICallError,
  generateText,
  isStepCount,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  type ToolSet,
  tool,
} from 'ai';
import { type Client, type Question, type Said, type Tool, town } from './client.ts';
import type { Host } from './stand.ts';

// What a provider does not know of a model, it would tell on the console.
globalThis.AI_SDK_LOG_WARNINGS = false;

interface Provider extends Pick<Client, 'name' | 'speaks' | 'givesThoughtsBack' | 'showsThoughts'> {
  /** What a provider wants to hear beside `reasoning`, of models that it does not know. */
  readonly providerOptions?: NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;
  readonly open: (host: Host, question: Partial<Question> & { readonly model: string }) => LanguageModel;
}

/** The AI SDK with one of its providers. */
export function aiSdk({ open, providerOptions, ...facts }: Provider): Client {
  const reasoning = { reasoning: 'medium' as const, ...(providerOptions && { providerOptions }) };
  return {
    ...facts,
    async ask(stand, question) {
      const options = {
        model: open(stand, { model: stand.model, ...question }),
        ...readOptions(question),
        ...(question.reasoning === true ? reasoning : {}),
      };
      if (question.stream === true) return readStream(streamText(options), question);
      return told(await generateText(options));
    },
    async useTools(stand, { tools, stream }) {
      const options = {
        model: open(stand, stand),
        ...readOptions({ prompt: 'How is the weather?' }),
        ...reasoning,
        tools: toToolSet(tools),
        stopWhen: isStepCount(5),
      };
      if (!stream) return (await generateText(options)).text;
      const result = streamText(options);
      await readStream(result);
      return await result.text;
    },
    async converse(host, models, item) {
      const messages: ModelMessage[] = [];
      const answers: unknown[] = [];
      for (const model of models) {
        messages.push({ role: 'user', content: 'What time is it?' });
        const { text, response } = await generateText({
          model: open(host, { model }),
          messages,
          maxRetries: 0,
          tools: toToolSet([item]),
          stopWhen: isStepCount(5),
          ...reasoning,
        });
        answers.push(text);
        messages.push(...response.messages);
      }
      return answers;
    },
    async makeTown(stand) {
      const output = Output.object({ schema: town });
      const options = { model: open(stand, stand), ...readOptions({ prompt: 'Make up a town.' }) };
      return (await generateText({ ...options, output })).output;
    },
    finishes: { stop: 'stop', length: 'length', filter: 'content-filter' },
    errors: {
      wrongKey: { type: APICallError, like: { statusCode: 401 } },
      unknownModel: { type: APICallError, like: { statusCode: 404 } },
      limited: { type: APICallError, like: { statusCode: 429 } },
      tooLong: { type: APICallError, like: { statusCode: 400 } },
      // A provider hands on what the event held.
      midStream: { type: Object, like: {} },
    },
    retryAfter: (error) => APICallError.isInstance(error) && error.responseHeaders?.['retry-after'],
  };
}

type Options = Pick<Parameters<typeof generateText>[0], 'abortSignal' | 'instructions'> & {
  readonly messages: { role: 'user'; content: Content[] }[];
  readonly maxRetries: 0;
};
type Content = { type: 'text'; text: string } | { type: 'image'; image: string; mediaType: string };

function readOptions({ prompt, system, image, signal }: Question): Options {
  const images: Content[] = image === undefined ? [] : [{ type: 'image', image, mediaType: 'image/png' }];
  return {
    messages: [{ role: 'user', content: [...images, { type: 'text', text: prompt }] }],
    maxRetries: 0,
    ...(system === undefined ? {} : { instructions: system }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
}

function toToolSet(tools: readonly Tool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, parameters, run }) => [
      name,
      tool({ description, inputSchema: parameters, execute: (input) => run(input) }),
    ]),
  );
}

interface Result {
  readonly text: string;
  readonly reasoningText: string | undefined;
  readonly finishReason: unknown;
  readonly usage: { readonly inputTokens: number | undefined; readonly outputTokens: number | undefined };
}

function told({ text, reasoningText, finishReason, usage }: Result): Said {
  return {
    text,
    reasoning: reasoningText ?? '',
    finish: finishReason,
    input: usage.inputTokens,
    output: usage.outputTokens,
  };
}

/** The errors of a stream come as parts of it. */
async function readStream(
  result: ReturnType<typeof streamText>,
  { onDelta, signal }: Partial<Question> = {},
): Promise<Said> {
  for await (const part of result.stream) {
    if (part.type === 'text-delta') onDelta?.(part.text);
    if (part.type === 'error') throw part.error;
  }
  signal?.throwIfAborted();
  const [text, reasoningText] = [await result.text, await result.reasoningText];
  return told({ text, reasoningText, finishReason: await result.finishReason, usage: await result.usage });
}
