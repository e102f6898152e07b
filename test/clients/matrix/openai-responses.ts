import {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  type OpenAI,
  RateLimitError,
} from 'openai';
import { ResponsesToolRunner, runnerFunction } from 'openai/helpers/responses-tool-runner';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { type Client, type Question, type Said, town } from './client.ts';
import { openOpenAI } from './openai-chat.ts';
import type { Stand } from './stand.ts';

/** Responses of OpenAI's SDK: its stream helper, and its runner of tools, which keeps nothing at the server. */
export const openaiResponses: Client = {
  name: 'openai, Responses',
  speaks: 'openai-responses',
  givesThoughtsBack: true,
  showsThoughts: true,
  async ask(stand, question) {
    const { responses } = openOpenAI(stand, question);
    const body = readBody(stand, question);
    const options = { signal: question.signal };
    if (question.stream !== true) return told(await responses.create(body, options));
    const stream = responses.stream({ ...body, stream: true }, options);
    stream.on('response.output_text.delta', ({ delta }) => question.onDelta?.(delta));
    return told(await stream.finalResponse());
  },
  async useTools(stand, { tools, stream }) {
    const runner = new ResponsesToolRunner({
      functions: tools.map(({ run, ...tool }) =>
        runnerFunction(zodResponsesFunction({ ...tool, function: run })),
      ),
    });
    const body = readBody(stand, { prompt: 'How is the weather?', reasoning: true });
    const { output_text: text } = await runner.run(openOpenAI(stand), { ...body, store: false }, { stream });
    return text;
  },
  async converse(host, models, { run, ...tool }) {
    const { responses } = openOpenAI(host);
    const tools = [zodResponsesFunction({ ...tool, function: run })];
    const input: OpenAI.Responses.ResponseInput = [];
    const answers: unknown[] = [];
    for (const model of models) {
      input.push({ role: 'user', content: 'What time is it?' });
      for (;;) {
        const answer = await responses.create({
          model,
          input,
          tools,
          reasoning: { effort: 'low' },
          store: false,
          include: ['reasoning.encrypted_content'],
        });
        for (const item of answer.output)
          if (item.type === 'reasoning' || item.type === 'function_call' || item.type === 'message')
            input.push(item);
        const calls = answer.output.filter((item) => item.type === 'function_call');
        if (calls.length === 0) answers.push(answer.output_text);
        if (calls.length === 0) break;
        for (const { call_id, arguments: given } of calls)
          input.push({ type: 'function_call_output', call_id, output: run(JSON.parse(given)) });
      }
    }
    return answers;
  },
  async makeTown(stand) {
    const body = readBody(stand, { prompt: 'Make up a town.' });
    const text = { format: zodTextFormat(town, 'town') };
    return (await openOpenAI(stand).responses.parse({ ...body, text })).output_parsed;
  },
  finishes: { stop: 'completed', length: 'max_output_tokens', filter: 'content_filter' },
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
): OpenAI.Responses.ResponseCreateParamsNonStreaming {
  return {
    model,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: prompt },
          ...(image === undefined
            ? []
            : [
                {
                  type: 'input_image' as const,
                  image_url: `data:image/png;base64,${image}`,
                  detail: 'auto' as const,
                },
              ]),
        ],
      },
    ],
    ...(system === undefined ? {} : { instructions: system }),
    ...(reasoning === true ? { reasoning: { effort: 'medium', summary: 'auto' } } : {}),
  };
}

function told({ output, output_text, status, incomplete_details, usage }: OpenAI.Responses.Response): Said {
  return {
    text: output_text,
    reasoning: output
      .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
      .map(({ text }) => text)
      .join(''),
    finish: incomplete_details?.reason ?? status,
    input: usage?.input_tokens,
    output: usage?.output_tokens,
  };
}
