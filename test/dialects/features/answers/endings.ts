import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';
import type { Pattern } from '../fits.ts';
import {
  type AnswerFeature,
  candidate,
  completion,
  converse,
  item,
  message,
  outputText,
  response,
} from './answer-feature.ts';

/** The words of each dialect for one way to end. */
interface Ending {
  readonly chat?: string;
  readonly responses?: JsonObject;
  readonly messages?: string;
  readonly gemini?: string;
  readonly bedrock?: string;
}

const text = 'Rome';
const cut = (reason: string): JsonObject => ({ status: 'incomplete', incomplete_details: { reason } });

function ending(name: string, said: Ending, heard: Required<Omit<Ending, 'bedrock'>>): AnswerFeature {
  const { chat, responses, messages, gemini, bedrock } = said;
  return {
    name: `The end: ${name}`,
    said: {
      ...(chat && { 'openai-chat': completion({ content: text }, { finish_reason: chat }) }),
      ...(responses && { 'openai-responses': response([item(outputText(text))], responses) }),
      ...(messages && { 'anthropic-messages': message([{ type: 'text', text }], { stop_reason: messages }) }),
      ...(gemini && { gemini: candidate([{ text }], { finishReason: gemini }) }),
      ...(bedrock && { bedrock: converse([{ text }], { stopReason: bedrock }) }),
    },
    heard: {
      'openai-chat': { choices: [{ finish_reason: heard.chat }] },
      'openai-responses': heard.responses,
      'anthropic-messages': { stop_reason: heard.messages },
      gemini: { candidates: [{ finishReason: heard.gemini }] },
    },
  };
}

const completed = { status: 'completed' };
const filtered = {
  chat: 'content_filter',
  responses: cut('content_filter'),
  messages: 'refusal',
  gemini: 'SAFETY',
};
const short = { chat: 'length', responses: cut('max_output_tokens') };

export const endings: readonly AnswerFeature[] = [
  ending(
    'all is said',
    { chat: 'stop', responses: completed, messages: 'end_turn', gemini: 'STOP', bedrock: 'end_turn' },
    { chat: 'stop', responses: completed, messages: 'end_turn', gemini: 'STOP' },
  ),
  ending(
    'as many tokens as there may be',
    {
      chat: 'length',
      responses: short.responses,
      messages: 'max_tokens',
      gemini: 'MAX_TOKENS',
      bedrock: 'max_tokens',
    },
    { ...short, messages: 'max_tokens', gemini: 'MAX_TOKENS' },
  ),
  ending(
    'a stop sequence',
    { messages: 'stop_sequence', bedrock: 'stop_sequence' },
    { chat: 'stop', responses: completed, messages: 'stop_sequence', gemini: 'STOP' },
  ),
  ending(
    'a filter',
    {
      chat: 'content_filter',
      responses: filtered.responses,
      gemini: 'SAFETY',
      bedrock: 'guardrail_intervened',
    },
    filtered,
  ),
  ending('a refusal', { messages: 'refusal' }, filtered),
  ending(
    'too close to what the model was trained on',
    { gemini: 'RECITATION' },
    { ...filtered, gemini: 'RECITATION' },
  ),
  ending(
    'the window is full',
    { messages: 'model_context_window_exceeded', bedrock: 'model_context_window_exceeded' },
    { ...short, messages: 'model_context_window_exceeded', gemini: 'MAX_TOKENS' },
  ),
  {
    name: 'The end: the question was blocked',
    said: {
      gemini: {
        promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
        usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
      },
    },
    heard: {
      'openai-chat': { choices: [{ finish_reason: 'content_filter' }] },
      'openai-responses': cut('content_filter'),
      'anthropic-messages': { stop_reason: 'refusal' },
      gemini: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } },
    } satisfies Readonly<Record<string, Pattern>>,
  },
  ending(
    'the provider wants to be asked to go on',
    { messages: 'pause_turn' },
    {
      chat: 'stop',
      responses: { status: 'incomplete' },
      messages: 'pause_turn',
      gemini: 'OTHER',
    },
  ),
];
