import {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  OpenAI,
  RateLimitError,
} from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { type Client, type Question, type Said, town } from './client.ts';
import type { Host, Stand } from './stand.ts';

export function openOpenAI({ origin, key }: Host, { key: other = key }: Partial<Question> = {}): OpenAI {
  return new OpenAI({ apiKey: other, baseURL: `${origin}/v1`, maxRetries: 0 });
}

/** Chat Completions of OpenAI's SDK. */
export const openaiChat: Client = {
  name: 'openai, Chat Completions',
  speaks: 'openai-chat',
  givesThoughtsBack: false,
  showsThoughts: true,
  async ask(stand, question) {
    const { completions } = openOpenAI(stand, question).chat;
    const body = readBody(stand, question);
    const options = { signal: question.signal };
    let reasoning = '';
    if (question.stream !== true) {
      const answer = await completions.create(body, options);
      reasoning = readReasoning(answer.choices[0]?.message);
      return told(answer, reasoning);
    }
    const stream = completions.stream(
      { ...body, stream: true, stream_options: { include_usage: true } },
      options,
    );
    stream.on('content', (delta) => question.onDelta?.(delta));
    // What the SDK does not know of, its helper does not put together.
    stream.on('chunk', ({ choices }) => {
      reasoning += readReasoning(choices[0]?.delta);
    });
    const answer = await stream.finalChatCompletion();
    return told(answer, reasoning);
  },
  async useTools(stand, { tools, stream }) {
    const { completions } = openOpenAI(stand).chat;
    const body = {
      ...readBody(stand, { prompt: 'How is the weather?', reasoning: true }),
      tools: tools.map(({ run, ...tool }) => zodFunction({ ...tool, function: run })),
    };
    const runner = stream ? completions.runTools({ ...body, stream }) : completions.runTools(body);
    return (await runner.finalContent()) ?? '';
  },
  async converse(host, models, { run, ...tool }) {
    const { completions } = openOpenAI(host).chat;
    const tools = [zodFunction({ ...tool, function: run })];
    const answers: unknown[] = [];
    let messages: OpenAI.ChatCompletionMessageParam[] = [];
    for (const model of models) {
      messages = [...messages, { role: 'user', content: 'What time is it?' }];
      const runner = completions.runTools({ model, messages, tools, reasoning_effort: 'low' });
      answers.push(await runner.finalContent());
      messages = runner.messages;
    }
    return answers;
  },
  async makeTown(stand) {
    const body = readBody(stand, { prompt: 'Make up a town.' });
    const response_format = zodResponseFormat(town, 'town');
    const { choices } = await openOpenAI(stand).chat.completions.parse({ ...body, response_format });
    return choices[0]?.message.parsed;
  },
  finishes: { stop: 'stop', length: 'length', filter: 'content_filter' },
  errors: {
    wrongKey: { type: AuthenticationError, like: { status: 401, code: 'invalid_api_key' } },
    unknownModel: { type: NotFoundError, like: { status: 404, code: 'model_not_found' } },
    limited: { type: RateLimitError, like: { status: 429 } },
    tooLong: { type: BadRequestError, like: { status: 400, code: 'context_length_exceeded' } },
    midStream: { type: APIError, like: {} },
  },
  retryAfter: (error) => error instanceof APIError && error.headers?.get('retry-after'),
};

function readBody(
  stand: Stand,
  { prompt, system, image, reasoning, model = stand.model }: Question,
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      {
        role: 'user',
        content:
          image === undefined
            ? prompt
            : [
                { type: 'text', text: prompt },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
              ],
      },
    ],
    ...(reasoning === true ? { reasoning_effort: 'medium' } : {}),
  };
}

function readReasoning(message: object | undefined): string {
  const reasoning: unknown = Reflect.get(message ?? {}, 'reasoning_content');
  return typeof reasoning === 'string' ? reasoning : '';
}

function told({ choices, usage }: OpenAI.ChatCompletion, reasoning: string): Said {
  return {
    text: choices[0]?.message.content ?? '',
    reasoning,
    finish: choices[0]?.finish_reason,
    input: usage?.prompt_tokens,
    output: usage?.completion_tokens,
  };
}
