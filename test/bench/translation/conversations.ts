import { codecs } from '../../../packages/core/src/dialects/codecs.ts';
import type { ChatRequest } from '../../../packages/core/src/protocol/chat-request.ts';
import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';

/** Requests of about 1 MB, as one format has them and the others. */
export const SHAPES = {
  /** About 2,000 messages: questions, calls of tools, their results, answers. */
  turns: 'many turns with tools',
  /** A picture of three quarters of a megabyte. */
  image: 'one large picture',
  /** A long text with a character beyond Latin-1 in each sentence, and with line breaks and quotes to escape. */
  text: 'one long text',
} as const;

export type Shape = keyof typeof SHAPES;

const MEGABYTE = 1_000_000;
const SENTENCE = 'The quick brown fox jumps over the lazy dog — “again”, says the log, and nobody minds.\n';

const TOOLS = ['get_weather', 'search_documents', 'read_file', 'write_file'].map((name) => ({
  type: 'function',
  function: {
    name,
    description: `What ${name.replaceAll('_', ' ')} does, told in a sentence or two, as descriptions are.`,
    parameters: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Which one.' },
        limit: { type: 'integer', minimum: 1, maximum: 100 },
        units: { type: 'string', enum: ['metric', 'imperial'] },
      },
      required: ['path'],
      additionalProperties: false,
    },
  },
}));

/** A question, two calls side by side, their results (JSON and plain text), an answer: 5 messages. */
function turn(index: number): object[] {
  const call = (side: string): object => ({
    id: `call_${index}_${side}`,
    type: 'function',
    function: { name: 'read_file', arguments: JSON.stringify({ path: `notes/${index}.md`, limit: index }) },
  });
  const result = (side: string, content: string): object => ({
    role: 'tool',
    tool_call_id: `call_${index}_${side}`,
    content,
  });
  const lines = SENTENCE.repeat(5);
  return [
    { role: 'user', content: `Question ${index}. ${SENTENCE.repeat(4)}` },
    { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
    result('a', JSON.stringify({ path: `notes/${index}.md`, lines })),
    result('b', `notes/${index}.md\n${lines}`),
    { role: 'assistant', content: `Answer ${index}. ${SENTENCE.repeat(6)}` },
  ];
}

function messagesOf(shape: Shape): object[] {
  const system = { role: 'system', content: 'You are a helpful assistant. Answer briefly.' };
  if (shape === 'turns') {
    const last = { role: 'user', content: 'And now?' };
    return [system, ...Array.from({ length: 400 }, (_, index) => turn(index)).flat(), last];
  }
  if (shape === 'text') {
    const text = SENTENCE.repeat(Math.ceil(MEGABYTE / Buffer.byteLength(JSON.stringify(SENTENCE))));
    return [system, { role: 'user', content: text }];
  }
  const bytes = Buffer.alloc(MEGABYTE * 0.75, 'All the bytes of a picture, more or less.');
  const url = `data:image/png;base64,${bytes.toString('base64')}`;
  const content = [
    { type: 'text', text: 'What is in this picture?' },
    { type: 'image_url', image_url: { url } },
  ];
  return [system, { role: 'user', content }];
}

/** The same conversation as callers of each format would send it. */
export function conversationOf(shape: Shape, dialect: ChatDialect): Buffer {
  const body = {
    model: 'bench-model',
    temperature: 0.2,
    max_completion_tokens: 1_024,
    tools: TOOLS,
    messages: messagesOf(shape),
  };
  const text = JSON.stringify(body);
  if (dialect === 'openai-chat') return Buffer.from(text);
  const request: ChatRequest = codecs['openai-chat'].parseRequest(JSON.parse(text), {});
  return Buffer.from(JSON.stringify(codecs[dialect].renderRequest(request).body));
}
