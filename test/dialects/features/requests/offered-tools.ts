import type { JsonObject } from '../../../../packages/core/src/protocol/json.ts';

export const schema: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
const description = 'Tells the weather';
const names: readonly string[] = ['weather', 'time'];

const chatTools = names.map((name) => ({
  type: 'function',
  function: { name, description, parameters: schema },
}));
const responsesTools = names.map((name) => ({
  type: 'function',
  name,
  description,
  parameters: schema,
  strict: false,
}));
const messagesTools = names.map((name) => ({ name, description, input_schema: schema }));
const geminiTools = [
  { functionDeclarations: names.map((name) => ({ name, description, parametersJsonSchema: schema })) },
];
const bedrockTools = names.map((name) => ({
  toolSpec: { name, description, inputSchema: { json: schema } },
}));

/** Two functions, in the words of each dialect. */
export const tools: Readonly<Record<'chat' | 'responses' | 'messages' | 'gemini' | 'bedrock', JsonObject>> = {
  chat: { tools: chatTools },
  responses: { tools: responsesTools },
  messages: { tools: messagesTools },
  gemini: { tools: geminiTools },
  bedrock: { toolConfig: { tools: bedrockTools } },
};
