import { type AIMessageChunk, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { concat } from '@langchain/core/utils/stream';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { type Client, type Question, type Said, type Tool, town } from './client.ts';
import type { Host } from './stand.ts';

interface Api {
  readonly useResponsesApi: boolean;
  /** How it is told to think: it drops what it does not know of a model. */
  readonly thinking: Record<string, unknown>;
}

/** `ChatOpenAI` of LangChain, over either of OpenAI's formats. */
function langchain({
  useResponsesApi,
  thinking,
}: Api): Omit<Client, 'name' | 'speaks' | 'givesThoughtsBack' | 'showsThoughts' | 'finishes'> {
  const open = (
    { origin, key }: Host,
    question: Partial<Question> & { readonly model: string },
  ): ChatOpenAI =>
    new ChatOpenAI({
      model: question.model,
      apiKey: question.key ?? key,
      configuration: { baseURL: `${origin}/v1` },
      maxRetries: 0,
      useResponsesApi,
      ...(question.reasoning === true ? { modelKwargs: thinking } : {}),
    });
  return {
    async ask(stand, question) {
      const chat = open(stand, { model: stand.model, ...question });
      const options = question.signal === undefined ? {} : { signal: question.signal };
      if (question.stream !== true) return told(await chat.invoke(readMessages(question), options));
      return told(await readStream(chat.stream(readMessages(question), options), question.onDelta));
    },
    async useTools(stand, { tools, stream }) {
      const chat = open(stand, { model: stand.model, reasoning: true });
      return await goOn(chat, [new HumanMessage('How is the weather?')], { tools, stream });
    },
    async converse(host, models, item) {
      const messages: BaseMessage[] = [];
      const answers: unknown[] = [];
      for (const model of models) {
        messages.push(new HumanMessage('What time is it?'));
        const chat = open(host, { model, reasoning: true });
        answers.push(await goOn(chat, messages, { tools: [item], stream: true }));
      }
      return answers;
    },
    async makeTown(stand) {
      return await open(stand, stand).withStructuredOutput(town).invoke('Make up a town.');
    },
    errors: {
      wrongKey: { type: Error, like: { status: 401, lc_error_code: 'MODEL_AUTHENTICATION' } },
      unknownModel: { type: Error, like: { status: 404, lc_error_code: 'MODEL_NOT_FOUND' } },
      limited: { type: Error, like: { status: 429, lc_error_code: 'MODEL_RATE_LIMIT' } },
      tooLong: { type: Error, like: { name: 'ContextOverflowError' } },
      midStream: { type: Error, like: {} },
    },
  };
}

export const langchainChat: Client = {
  name: '@langchain/openai',
  speaks: 'openai-chat',
  givesThoughtsBack: false,
  showsThoughts: false,
  finishes: { stop: 'stop', length: 'length', filter: 'content_filter' },
  ...langchain({ useResponsesApi: false, thinking: { reasoning_effort: 'medium' } }),
};

export const langchainResponses: Client = {
  name: '@langchain/openai, Responses',
  speaks: 'openai-responses',
  givesThoughtsBack: true,
  showsThoughts: true,
  finishes: { stop: 'completed', length: 'max_output_tokens', filter: 'content_filter' },
  ...langchain({ useResponsesApi: true, thinking: { reasoning: { effort: 'medium', summary: 'auto' } } }),
};

function readMessages({ prompt, system, image }: Question): BaseMessage[] {
  const content =
    image === undefined
      ? prompt
      : [
          { type: 'text', text: prompt },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
        ];
  return [...(system === undefined ? [] : [new SystemMessage(system)]), new HumanMessage({ content })];
}

/** The loop that LangChain's own guides show. */
async function goOn(
  model: ChatOpenAI,
  messages: BaseMessage[],
  { tools, stream }: { readonly tools: readonly Tool[]; readonly stream: boolean },
): Promise<string> {
  const runnable = tools.map(toTool);
  const chat = model.bindTools(runnable);
  for (;;) {
    const said = stream ? await readStream(chat.stream(messages)) : await chat.invoke(messages);
    messages.push(said);
    const { tool_calls: calls = [] } = said;
    if (calls.length === 0) return said.text;
    for (const call of calls) {
      for (const called of runnable.filter(({ name }) => name === call.name))
        messages.push(await called.invoke({ ...call, type: 'tool_call' }));
    }
  }
}

function toTool({ name, description, parameters, run }: Tool) {
  return tool((input) => run(input), { name, description, schema: parameters });
}

async function readStream(
  streaming: ReturnType<ChatOpenAI['stream']>,
  onDelta?: (text: string) => unknown,
): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await streaming) {
    if (chunk.text !== '') onDelta?.(chunk.text);
    whole = whole === undefined ? chunk : concat(whole, chunk);
  }
  if (whole === undefined) throw new Error('nothing was said');
  return whole;
}

function told({ text, usage_metadata, response_metadata: about, contentBlocks }: AIMessageChunk): Said {
  // Its declaration says that there is none where a message has no type of its own.
  const usage = z.object({ input_tokens: z.number(), output_tokens: z.number() }).parse(usage_metadata);
  const { reason } = z
    .object({ reason: z.string() })
    .partial()
    .parse(about['incomplete_details'] ?? {});
  return {
    text,
    reasoning: contentBlocks.map((block) => (block.type === 'reasoning' ? block.reasoning : '')).join(''),
    finish: about.finish_reason ?? reason ?? about['status'],
    input: usage.input_tokens,
    output: usage.output_tokens,
  };
}
