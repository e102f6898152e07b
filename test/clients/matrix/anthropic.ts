import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { z } from 'zod';
import { type Client, type Question, type Said, town } from './client.ts';
import type { Host, Stand } from './stand.ts';

export function openAnthropic(
  { origin, key }: Host,
  { key: other = key }: Partial<Question> = {},
): Anthropic {
  return new Anthropic({ apiKey: other, baseURL: origin, maxRetries: 0 });
}

/** Anthropic's own SDK: messages, their stream helper and the tool runner. */
export const anthropicMessages: Client = {
  name: '@anthropic-ai/sdk',
  speaks: 'anthropic-messages',
  // The thread of its tool runner keeps them at Anthropic.
  givesThoughtsBack: false,
  showsThoughts: true,
  async ask(stand, question) {
    const { messages } = openAnthropic(stand, question);
    const body = readBody(stand, question);
    const options = { signal: question.signal };
    if (question.stream !== true) return told(await messages.create(body, options));
    const stream = messages.stream(body, options);
    stream.on('text', (delta) => question.onDelta?.(delta));
    return told(await stream.finalMessage());
  },
  async useTools(stand, { tools, stream }) {
    const { messages } = openAnthropic(stand).beta;
    const body = {
      ...readBody(stand, { prompt: 'How is the weather?', reasoning: true }),
      tools: tools.map(({ parameters, ...tool }) => betaZodTool({ ...tool, inputSchema: parameters })),
    };
    const runner = stream ? messages.toolRunner({ ...body, stream }) : messages.toolRunner(body);
    return textOf((await runner.runUntilDone()).content);
  },
  async converse(host, models, { parameters, run, ...tool }) {
    const { messages: api } = openAnthropic(host);
    const input_schema = z.toJSONSchema(parameters);
    const messages: Anthropic.MessageParam[] = [];
    const answers: unknown[] = [];
    for (const model of models) {
      messages.push({ role: 'user', content: 'What time is it?' });
      for (;;) {
        const { content } = await api
          .stream({
            model,
            max_tokens: 4096,
            messages,
            tools: [{ ...tool, input_schema: { ...input_schema, type: 'object' } }],
            thinking: { type: 'enabled', budget_tokens: 2048 },
          })
          .finalMessage();
        messages.push({ role: 'assistant', content });
        const calls = content.filter((block) => block.type === 'tool_use');
        if (calls.length === 0) answers.push(textOf(content));
        if (calls.length === 0) break;
        const results = calls.map(({ id, input }) => ({
          type: 'tool_result' as const,
          tool_use_id: id,
          content: run(input),
        }));
        messages.push({ role: 'user', content: results });
      }
    }
    return answers;
  },
  async makeTown(stand) {
    const body = readBody(stand, { prompt: 'Make up a town.' });
    const output_config = { format: zodOutputFormat(town) };
    const { parsed_output } = await openAnthropic(stand).messages.parse({ ...body, output_config });
    return parsed_output;
  },
  finishes: { stop: 'end_turn', length: 'max_tokens', filter: 'refusal' },
  errors: {
    wrongKey: { type: AuthenticationError, like: { status: 401, type: 'authentication_error' } },
    unknownModel: { type: NotFoundError, like: { status: 404, type: 'not_found_error' } },
    limited: { type: RateLimitError, like: { status: 429, type: 'rate_limit_error' } },
    tooLong: { type: BadRequestError, like: { status: 400, message: /prompt is too long/ } },
    midStream: { type: APIError, like: {} },
  },
  retryAfter: (error) => error instanceof APIError && error.headers?.get('retry-after'),
};

function readBody(
  stand: Stand,
  { prompt, system, image, reasoning, model = stand.model }: Question,
): Anthropic.MessageCreateParamsNonStreaming {
  return {
    model,
    max_tokens: 4096,
    messages: [
      {
        role: 'user',
        content:
          image === undefined
            ? prompt
            : [
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
                { type: 'text', text: prompt },
              ],
      },
    ],
    ...(system === undefined ? {} : { system }),
    ...(reasoning === true ? { thinking: { type: 'enabled', budget_tokens: 2048 } } : {}),
  };
}

function textOf(content: readonly { type: string; text?: string }[]): string {
  return content.map(({ type, text = '' }) => (type === 'text' ? text : '')).join('');
}

function told({ content, stop_reason: finish, usage }: Anthropic.Message): Said {
  return {
    text: textOf(content),
    reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    finish,
    input: usage.input_tokens,
    output: usage.output_tokens,
  };
}
