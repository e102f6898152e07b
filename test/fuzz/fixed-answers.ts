import type { ChatDialect } from '../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../packages/core/src/protocol/json.ts';
import { encodeStream, plainWriting } from './encode-stream.ts';
import { isObject, parseJson } from './read.ts';
import type { Script } from './script.ts';
import type { Asked, Reply } from './start-answerer.ts';
import type { Vendor } from './vendors/vendor.ts';

const script: Script = {
  name: 'a',
  sayings: [
    { kind: 'reasoning', pieces: ['Hm', 'm.'] },
    { kind: 'text', pieces: ['Hel', 'lo'] },
    { kind: 'call', name: 'look', pieces: ['{"a"', ':1}'] },
  ],
  end: 'calls',
};

const counts: Readonly<Record<ChatDialect, JsonObject>> = {
  'openai-chat': {},
  'openai-responses': { object: 'response.input_tokens', input_tokens: 7 },
  'anthropic-messages': { input_tokens: 7 },
  gemini: { totalTokens: 7 },
  bedrock: { inputTokens: 7 },
};

const completion: JsonObject = {
  id: 'cmpl-a',
  object: 'text_completion',
  created: 1,
  model: 'some-model',
  choices: [{ index: 0, text: 'Hello', finish_reason: 'stop', logprobs: null }],
  usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
};
const embedding: JsonObject = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
  model: 'some-model',
  usage: { prompt_tokens: 7, total_tokens: 7 },
};

/** A good answer to every question; `refuse` is told of a question that is no JSON object. */
export function fixedAnswers(vendor: Vendor, refuse: (asked: Asked) => void): (asked: Asked) => Reply {
  const stream = encodeStream(vendor.stream(script), vendor, plainWriting);
  const whole = vendor.whole(script);
  return (asked) => {
    const { path } = asked;
    if (!path.startsWith('/stored-response') && !isSound(asked.body)) refuse(asked);
    const [, operation = '', form] = path.split(/[/?]/);
    if (form === 'stream' && operation === 'chat') return reply(vendor.streamType, stream);
    if (operation === 'count-tokens') return json(counts[vendor.dialect]);
    if (operation === 'embeddings') return json(embedding);
    if (operation !== 'completions') return json(whole);
    const events = [`data: ${JSON.stringify(completion)}\n\ndata: [DONE]\n\n`].map((text) =>
      Buffer.from(text),
    );
    return form === 'stream' ? reply('text/event-stream', events) : json(completion);
  };
}

function isSound(body: Buffer): boolean {
  const text = body.toString('utf8');
  return isObject(parseJson(text)) && Buffer.from(text).equals(body);
}

function reply(type: string, pieces: readonly Buffer[]): Reply {
  return { status: 200, type, pieces: [Buffer.concat(pieces)], isReset: false };
}

const json = (body: JsonObject): Reply => reply('application/json', [Buffer.from(JSON.stringify(body))]);
