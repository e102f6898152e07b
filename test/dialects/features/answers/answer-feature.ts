import type { ChatDialect } from '../../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { FaceDialect } from '../faces.ts';
import type { Pattern } from '../fits.ts';

/** Something that an answer can hold. */
export interface AnswerFeature {
  readonly name: string;
  /** Fields of the question without which no upstream would answer so. */
  readonly asked?: Readonly<Partial<Record<FaceDialect, JsonObject>>>;
  /** The whole answer of an upstream, in each dialect that has words for it. */
  readonly said: Readonly<Partial<Record<ChatDialect, JsonObject>>>;
  /** What the caller must hear; left out where its dialect has no words for it. */
  readonly heard: Readonly<Partial<Record<FaceDialect, Pattern>>>;
}

const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

/** A completion with this message. */
export function completion(said: JsonObject, choice: JsonObject = {}, body: JsonObject = {}): JsonObject {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5.2',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, ...said },
        finish_reason: 'stop',
        ...choice,
      },
    ],
    usage,
    ...body,
  };
}

/** A response with these items. */
export function response(output: readonly JsonObject[], body: JsonObject = {}): JsonObject {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'gpt-5.2',
    output,
    usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
    ...body,
  };
}

/** A message item with these parts. */
export function item(...content: readonly JsonObject[]): JsonObject {
  return { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content };
}

export function outputText(text: string, fields: JsonObject = {}): JsonObject {
  return { type: 'output_text', text, annotations: [], ...fields };
}

/** A message of Anthropic's with these blocks. */
export function message(content: readonly JsonObject[], body: JsonObject = {}): JsonObject {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-opus-4-6',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 3 },
    ...body,
  };
}

/** Gemini's answer with these parts. */
export function candidate(
  parts: readonly JsonObject[],
  fields: JsonObject = {},
  body: JsonObject = {},
): JsonObject {
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP', ...fields }],
    usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 },
    ...body,
  };
}

/** Converse's answer with this content. */
export function converse(content: readonly JsonObject[], body: JsonObject = {}): JsonObject {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 9, outputTokens: 3, totalTokens: 12 },
    ...body,
  };
}

/** What a caller hears of the first choice, in each dialect. */
export const first = {
  chat: (message_: Pattern, choice: Readonly<Record<string, Pattern>> = {}): Pattern => ({
    choices: [{ index: 0, message: message_, ...choice }],
  }),
  gemini: (parts: Pattern, fields: Readonly<Record<string, Pattern>> = {}): Pattern => ({
    candidates: [{ content: { parts }, ...fields }],
  }),
};
