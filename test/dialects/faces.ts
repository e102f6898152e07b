import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import type { Upstream } from '@vector-engine/core';
import { OpenAI } from 'openai';

/** What a client was told, whichever SDK it used. */
export interface Heard {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly args: unknown }[];
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** A vendor's official SDK, with nothing but its address changed. */
export interface Face {
  readonly name: string;
  readonly dialect: Upstream['dialect'];
  ask(origin: string, stream: boolean): Promise<Heard>;
}

const model = 'any';
const prompt = 'Say something';

const chat: Face = {
  name: 'openai, chat completions',
  dialect: 'openai-chat',
  async ask(origin, stream) {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
    const body = { model, messages: [{ role: 'user' as const, content: prompt }] };
    const { completions } = client.chat;
    const streamed = stream
      ? completions.stream({ ...body, stream_options: { include_usage: true } })
      : undefined;
    // What the SDK does not know of, its helper does not put together.
    let thought = '';
    streamed?.on('chunk', ({ choices }) => {
      thought += readReasoning(choices[0]?.delta);
    });
    const answer = await (streamed?.finalChatCompletion() ?? completions.create(body));
    const message = answer.choices[0]?.message;
    const reasoning = streamed === undefined ? readReasoning(message) : thought;
    return {
      text: (message?.content ?? '') + (message?.refusal ?? ''),
      reasoning,
      toolCalls: (message?.tool_calls ?? []).map((call) => ({
        name: 'function' in call ? call.function.name : call.custom.name,
        args: JSON.parse('function' in call ? call.function.arguments : '{}'),
      })),
      input: answer.usage?.prompt_tokens,
      output: answer.usage?.completion_tokens,
    };
  },
};

function readReasoning(message: object | undefined): string {
  const reasoning: unknown = Reflect.get(message ?? {}, 'reasoning_content');
  return typeof reasoning === 'string' ? reasoning : '';
}

const responses: Face = {
  name: 'openai, responses',
  dialect: 'openai-responses',
  async ask(origin, stream) {
    const client = new OpenAI({ apiKey: 'x', baseURL: `${origin}/v1`, maxRetries: 0 });
    const body = { model, input: prompt };
    const answer = stream
      ? await client.responses.stream(body).finalResponse()
      : await client.responses.create(body);
    const items = answer.output;
    return {
      text: items
        .flatMap((item) => (item.type === 'message' ? item.content : []))
        .map((part) => (part.type === 'output_text' ? part.text : part.refusal))
        .join(''),
      reasoning: items
        .flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
        .map(({ text }) => text)
        .join(''),
      toolCalls: items.flatMap((item) =>
        item.type === 'function_call' ? [{ name: item.name, args: JSON.parse(item.arguments) }] : [],
      ),
      input: answer.usage?.input_tokens,
      output: answer.usage?.output_tokens,
    };
  },
};

const messages: Face = {
  name: 'anthropic, messages',
  dialect: 'anthropic-messages',
  async ask(origin, stream) {
    const client = new Anthropic({ apiKey: 'x', baseURL: origin, maxRetries: 0 });
    const body = { model, max_tokens: 100, messages: [{ role: 'user' as const, content: prompt }] };
    const answer = stream
      ? await client.messages.stream(body).finalMessage()
      : await client.messages.create(body);
    const { content, usage } = answer;
    return {
      text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
      toolCalls: content.flatMap((block) =>
        block.type === 'tool_use' ? [{ name: block.name, args: block.input }] : [],
      ),
      input:
        usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      output: usage.output_tokens,
    };
  },
};

const generateContent: Face = {
  name: 'google, generateContent',
  dialect: 'gemini',
  async ask(origin, stream) {
    const client = new GoogleGenAI({ apiKey: 'x', httpOptions: { baseUrl: origin } });
    const body = { model, contents: prompt };
    const chunks = [];
    if (stream) for await (const chunk of await client.models.generateContentStream(body)) chunks.push(chunk);
    else chunks.push(await client.models.generateContent(body));
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    const usage = chunks.findLast(({ usageMetadata }) => usageMetadata !== undefined)?.usageMetadata;
    return {
      text: parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join(''),
      reasoning: parts.map((part) => (part.thought === true ? (part.text ?? '') : '')).join(''),
      toolCalls: parts.flatMap(({ functionCall }) =>
        functionCall === undefined ? [] : [{ name: functionCall.name ?? '', args: functionCall.args ?? {} }],
      ),
      input: usage && (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
      output: usage && (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    };
  },
};

export const faces: readonly Face[] = [chat, responses, messages, generateContent];
