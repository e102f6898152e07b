import { z } from '../settings/zod-without-globals.ts';
import type { Description } from './description.ts';
import * as wire from './wire-schemas.ts';

const stream = { 'text/event-stream': wire.events };

function model(name: string): z.ZodObject {
  return z.looseObject({ [name]: z.string() });
}

/** Chats, text completions and tokens, in each vendor's words; by method and path. */
export const chatDescriptions: Readonly<Record<string, Description>> = {
  'POST /v1/chat/completions': {
    id: 'createChatCompletion',
    tag: 'Chat',
    summary: "OpenAI's Chat Completions, whole or streamed.",
    body: { json: wire.chatRequest },
    answer: { 'application/json': wire.chatAnswer, ...stream },
    isCall: true,
  },
  'POST /v1/completions': {
    id: 'createCompletion',
    tag: 'Chat',
    summary: 'Text completions, whole or streamed.',
    body: { json: model('model').extend({ prompt: z.unknown(), stream: z.boolean().optional() }) },
    answer: { 'application/json': wire.completionAnswer, ...stream },
    isCall: true,
  },
  'POST /v1/responses': {
    id: 'createResponse',
    tag: 'Responses',
    summary: "OpenAI's Responses, whole or streamed.",
    body: { json: wire.responseRequest },
    answer: { 'application/json': wire.response, ...stream },
    isCall: true,
  },
  'POST /v1/responses/input_tokens': {
    id: 'countResponseTokens',
    tag: 'Responses',
    summary: 'How many tokens a question has.',
    body: { json: wire.responseRequest },
    answer: { 'application/json': z.looseObject({ input_tokens: z.int() }) },
    isCall: true,
  },
  'GET /v1/responses/{id}/input_items': {
    id: 'listResponseInputItems',
    tag: 'Responses',
    summary: 'What a response was given, in pages.',
    query: z.looseObject({
      after: z.string().optional(),
      limit: z.coerce.number().int().optional(),
      order: z.enum(['asc', 'desc']).optional(),
    }),
    answer: { 'application/json': wire.list },
  },
  'POST /v1/responses/{id}/cancel': {
    id: 'cancelResponse',
    tag: 'Responses',
    summary: 'Ends a response that is made in the background.',
    answer: { 'application/json': wire.response },
  },
  'GET /v1/responses/{id}': {
    id: 'getResponse',
    tag: 'Responses',
    summary: 'A stored response.',
    query: z.looseObject({ stream: z.enum(['true', 'false']).optional() }),
    answer: { 'application/json': wire.response, ...stream },
  },
  'DELETE /v1/responses/{id}': {
    id: 'deleteResponse',
    tag: 'Responses',
    summary: 'Forgets a response.',
    answer: { 'application/json': wire.deleted },
  },
  'POST /v1/messages': {
    id: 'createMessage',
    tag: 'Chat',
    summary: "Anthropic's Messages, whole or streamed.",
    body: { json: wire.messageRequest },
    answer: { 'application/json': wire.message, ...stream },
    isCall: true,
  },
  'POST /v1/messages/count_tokens': {
    id: 'countMessageTokens',
    tag: 'Chat',
    summary: 'How many tokens a question has.',
    body: { json: wire.countedMessages },
    answer: { 'application/json': z.looseObject({ input_tokens: z.int() }) },
    isCall: true,
  },
  'POST /v1beta/models/{id}:generateContent': {
    id: 'generateContent',
    tag: 'Chat',
    summary: "Gemini's, whole.",
    body: { json: wire.contentRequest },
    answer: { 'application/json': wire.generated },
    isCall: true,
  },
  'POST /v1beta/models/{id}:streamGenerateContent': {
    id: 'streamGenerateContent',
    tag: 'Chat',
    summary: "Gemini's, streamed: as an array, or with alt=sse as events.",
    query: z.looseObject({ alt: z.enum(['sse', 'json']).optional() }),
    body: { json: wire.contentRequest },
    answer: { 'application/json': z.array(wire.generated), ...stream },
    isCall: true,
  },
  'POST /v1beta/models/{id}:countTokens': {
    id: 'countContentTokens',
    tag: 'Chat',
    summary: 'How many tokens a question has.',
    body: { json: z.looseObject({}) },
    answer: { 'application/json': z.looseObject({ totalTokens: z.int() }) },
    isCall: true,
  },
  'GET /v1/models': {
    id: 'listModels',
    tag: 'Models',
    summary:
      "The models that the caller can name; in Anthropic's shape for clients that say anthropic-version.",
    answer: { 'application/json': wire.modelList },
  },
  'GET /v1/models/{id}': {
    id: 'getModel',
    tag: 'Models',
    summary: 'One of them; the id may hold a slash.',
    answer: { 'application/json': wire.model },
  },
  'GET /v1beta/models': {
    id: 'listGeminiModels',
    tag: 'Models',
    summary: "The same in Gemini's shape.",
    answer: { 'application/json': z.looseObject({ models: z.array(wire.geminiModel) }) },
  },
  'GET /v1beta/models/{id}': {
    id: 'getGeminiModel',
    tag: 'Models',
    summary: 'One of them.',
    answer: { 'application/json': wire.geminiModel },
  },
  'GET /v1/usage': {
    id: 'getOwnUsage',
    tag: 'Account',
    summary: "The caller's own figures of this month (UTC).",
    answer: { 'application/json': wire.ownUsage },
  },
  'GET /openapi.json': {
    id: 'getDocument',
    tag: 'Account',
    summary: 'This document.',
    answer: { 'application/json': z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }) },
  },
};
