import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import { candidate, completion, converse, message, response } from './answers/answer-feature.ts';
import type { FaceDialect } from './faces.ts';

/** What each provider wants back, byte for byte, with the next turn. */
export const seal = 'c2VhbGVkIHRob3VnaHRz';

const input = { city: 'Rome' };
const args = JSON.stringify(input);
const schema = { type: 'object', properties: { city: { type: 'string' } } };

/** Thoughts, sealed, and a call of a tool. */
export const thoughtful: Readonly<Record<ChatDialect, JsonObject>> = {
  'openai-chat': completion(
    {
      reasoning_content: 'Hm',
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm', signature: seal, index: 0 }],
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: args } }],
    },
    { finish_reason: 'tool_calls' },
  ),
  'openai-responses': response([
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'Hm' }],
      encrypted_content: seal,
    },
    {
      type: 'function_call',
      id: 'fc_1',
      status: 'completed',
      call_id: 'call_1',
      name: 'weather',
      arguments: args,
    },
  ]),
  'anthropic-messages': message(
    [
      { type: 'thinking', thinking: 'Hm', signature: seal },
      { type: 'tool_use', id: 'call_1', name: 'weather', input },
    ],
    { stop_reason: 'tool_use' },
  ),
  gemini: candidate([
    { text: 'Hm', thought: true },
    { functionCall: { id: 'call_1', name: 'weather', args: input }, thoughtSignature: seal },
  ]),
  bedrock: converse(
    [
      { reasoningContent: { reasoningText: { text: 'Hm', signature: seal } } },
      { toolUse: { toolUseId: 'call_1', name: 'weather', input } },
    ],
    { stopReason: 'tool_use' },
  ),
};

interface Turns {
  readonly first: JsonObject;
  /** The same conversation with what was answered, as the client got it, and the tool's result. */
  readonly next: (answer: never) => JsonObject;
}

const hello = { role: 'user', content: 'Hello' };
const tools = {
  chat: [{ type: 'function', function: { name: 'weather', parameters: schema } }],
  responses: [{ type: 'function', name: 'weather', parameters: schema }],
  messages: [{ name: 'weather', input_schema: schema }],
  gemini: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: schema }] }],
};
const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
const generationConfig = { thinkingConfig: { thinkingLevel: 'HIGH', includeThoughts: true } };

/** How a client of each dialect goes on after a call. */
export const turns: Readonly<Record<FaceDialect, Turns>> = {
  'openai-chat': {
    first: { tools: tools.chat, messages: [hello], reasoning_effort: 'high' },
    next: ({ choices }: { choices: { message: JsonObject }[] }) => ({
      tools: tools.chat,
      reasoning_effort: 'high',
      messages: [
        hello,
        ...choices.map((choice) => choice.message),
        { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
      ],
    }),
  },
  'openai-responses': {
    first: { tools: tools.responses, input: [hello], reasoning: { effort: 'high', summary: 'auto' } },
    next: ({ output }: { output: JsonObject[] }) => ({
      tools: tools.responses,
      reasoning: { effort: 'high', summary: 'auto' },
      input: [hello, ...output, { type: 'function_call_output', call_id: 'call_1', output: 'Sunny' }],
    }),
  },
  'anthropic-messages': {
    first: { tools: tools.messages, messages: [hello], thinking: { type: 'adaptive' } },
    next: ({ content }: { content: JsonObject[] }) => ({
      tools: tools.messages,
      thinking: { type: 'adaptive' },
      messages: [
        hello,
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'Sunny' }] },
      ],
    }),
  },
  gemini: {
    first: { tools: tools.gemini, contents, generationConfig },
    next: ({ candidates }: { candidates: { content: JsonObject }[] }) => ({
      tools: tools.gemini,
      generationConfig,
      contents: [
        ...contents,
        ...candidates.map(({ content }) => content),
        {
          role: 'user',
          parts: [{ functionResponse: { id: 'call_1', name: 'weather', response: { output: 'Sunny' } } }],
        },
      ],
    }),
  },
};
