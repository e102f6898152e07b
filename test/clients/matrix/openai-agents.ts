import {
  Agent,
  type AgentInputItem,
  ModelBehaviorError,
  OpenAIProvider,
  type RunItem,
  Runner,
  tool,
} from '@openai/agents';
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  OpenAI,
  RateLimitError,
} from 'openai';
import { type Client, type Question, type Said, type Tool, town } from './client.ts';
import type { Host } from './stand.ts';

/** Agents SDK of OpenAI, over either of its formats. */
function agents(
  useResponses: boolean,
): Omit<Client, 'name' | 'speaks' | 'givesThoughtsBack' | 'showsThoughts' | 'finishes'> {
  return {
    async ask(stand, { prompt, image, stream, signal, onDelta, ...question }) {
      const agent = new Agent({ name: 'agent', ...readAgent(question) });
      const content = [
        { type: 'input_text' as const, text: prompt },
        ...(image === undefined
          ? []
          : [{ type: 'input_image' as const, image: `data:image/png;base64,${image}` }]),
      ];
      const input = [{ role: 'user' as const, content }];
      const runner = openRunner(stand, useResponses, { model: stand.model, ...question });
      const options = signal === undefined ? {} : { signal };
      if (stream !== true) return told(await runner.run(agent, input, options));
      const result = await runner.run(agent, input, { ...options, stream: true });
      for await (const delta of result.toTextStream()) onDelta?.(delta);
      await result.completed;
      signal?.throwIfAborted();
      return told(result);
    },
    async useTools(stand, { tools, stream }) {
      const agent = new Agent({ name: 'agent', ...readAgent({ reasoning: true }), tools: tools.map(toTool) });
      const runner = openRunner(stand, useResponses, stand);
      if (!stream) return (await runner.run(agent, 'How is the weather?')).finalOutput ?? '';
      const result = await runner.run(agent, 'How is the weather?', { stream });
      await result.completed;
      return result.finalOutput ?? '';
    },
    async converse(host, models, item) {
      const agent = new Agent({ name: 'agent', ...readAgent({ reasoning: true }), tools: [toTool(item)] });
      const answers: unknown[] = [];
      let history: AgentInputItem[] = [];
      for (const model of models) {
        const input: AgentInputItem[] = [...history, { role: 'user', content: 'What time is it?' }];
        const result = await openRunner(host, useResponses, { model }).run(agent, input);
        answers.push(result.finalOutput);
        history = result.history;
      }
      return answers;
    },
    async makeTown(stand) {
      const agent = new Agent({ name: 'agent', outputType: town });
      return (await openRunner(stand, useResponses, stand).run(agent, 'Make up a town.')).finalOutput;
    },
    errors: {
      wrongKey: { type: AuthenticationError, like: { status: 401 } },
      unknownModel: { type: NotFoundError, like: { status: 404 } },
      limited: { type: RateLimitError, like: { status: 429 } },
      tooLong: { type: BadRequestError, like: { status: 400, code: 'context_length_exceeded' } },
      midStream: { type: Error, like: {} },
    },
    retryAfter: (error) => error instanceof APIError && error.headers?.get('retry-after'),
  };
}

export const agentsResponses: Client = {
  name: '@openai/agents',
  speaks: 'openai-responses',
  givesThoughtsBack: true,
  showsThoughts: true,
  // It takes nothing less than a whole answer.
  finishes: { stop: undefined, length: new ModelBehaviorError('cut'), filter: new ModelBehaviorError('cut') },
  ...agents(true),
};

export const agentsChat: Client = {
  name: '@openai/agents, Chat Completions',
  speaks: 'openai-chat',
  givesThoughtsBack: false,
  showsThoughts: false,
  finishes: { stop: undefined, length: undefined, filter: undefined },
  ...agents(false),
};

export function openRunner(
  { origin, key }: Host,
  useResponses: boolean,
  question: Partial<Question> & { readonly model: string },
): Runner {
  const openAIClient = new OpenAI({ apiKey: question.key ?? key, baseURL: `${origin}/v1`, maxRetries: 0 });
  const modelProvider = new OpenAIProvider({ openAIClient, useResponses });
  return new Runner({ modelProvider, model: question.model, tracingDisabled: true });
}

function readAgent({ system, reasoning }: Partial<Question>): object {
  return {
    ...(system === undefined ? {} : { instructions: system }),
    ...(reasoning === true ? { modelSettings: { reasoning: { effort: 'medium', summary: 'auto' } } } : {}),
  };
}

function toTool({ name, description, parameters, run }: Tool): ReturnType<typeof tool> {
  return tool({ name, description, parameters, execute: (input) => run(input) });
}

interface Result {
  readonly finalOutput?: unknown;
  readonly newItems: readonly RunItem[];
  readonly runContext: { readonly usage: { readonly inputTokens: number; readonly outputTokens: number } };
}

function told({ finalOutput, newItems, runContext: { usage } }: Result): Said {
  return {
    text: String(finalOutput),
    reasoning: newItems
      .flatMap((item) => (item.type === 'reasoning_item' ? item.rawItem.content : []))
      .map(({ text }) => text)
      .join(''),
    finish: undefined,
    input: usage.inputTokens,
    output: usage.outputTokens,
  };
}
