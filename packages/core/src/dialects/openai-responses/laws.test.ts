import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { WireEvent } from '../../protocol/codec.ts';
import type { AssistantBlock, Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { partsOfAnswer } from '../shared/parts-of-answer.ts';
import { openaiResponses as codec } from './codec.ts';

const own = (fields: JsonObject) => ({ extra: { 'openai-responses': fields } });
const word = fc.string({ minLength: 1, maxLength: 6 });
/** As no id is two items'. */
const token = fc.uuid();

const text = fc.record({ type: fc.constant('text' as const), text: fc.string() });
const cited = fc.record({
  type: fc.constant('text' as const),
  text: word,
  citations: fc.array(fc.record({ url: word, title: fc.string(), start: fc.nat(9), end: fc.nat(9) }), {
    minLength: 1,
    maxLength: 2,
  }),
});
const media = fc.record({
  type: fc.constant('media' as const),
  mediaType: fc.constantFrom('image/png', 'audio/wav', 'application/pdf'),
  source: fc.record({ kind: fc.constant('base64' as const), data: fc.base64String() }),
});
const summary = fc
  .array(fc.string(), { minLength: 2, maxLength: 3 })
  .map((parts) => parts.map((part) => ({ type: 'summary_text', text: part })));
const reasoning = fc.oneof(
  fc.record({ said: fc.string(), id: token, value: word }).map(({ said, id, value }) => ({
    type: 'reasoning' as const,
    text: said,
    signature: { dialect: 'openai-responses' as const, value },
    ...own({ id: `rs_${id}` }),
  })),
  fc.record({ parts: summary, id: token }).map(({ parts, id }) => ({
    type: 'reasoning' as const,
    text: parts.map((part) => part.text).join('\n\n'),
    ...own({ id: `rs_${id}`, summary: parts }),
  })),
);
const call = fc.oneof(
  fc.record({ id: token, name: word, format: fc.constant('json' as const), input: fc.json() }),
  fc.record({ id: token, name: word, format: fc.constant('text' as const), input: fc.string() }),
);
const toolCall = call.map((fields) => ({ type: 'tool-call' as const, ...fields }));
const foreign = token.map((id) => ({
  type: 'foreign' as const,
  dialect: 'openai-responses' as const,
  value: { type: 'web_search_call', id: `ws_${id}`, status: 'completed' },
}));
const refusal = fc.record({ type: fc.constant('refusal' as const), text: fc.string() });
const said: fc.Arbitrary<AssistantBlock[]> = fc.array(
  fc.oneof(text, cited, reasoning, toolCall, foreign, refusal),
  {
    minLength: 1,
    maxLength: 6,
  },
);

const user: fc.Arbitrary<Message> = fc.record({
  role: fc.constant('user' as const),
  content: fc.array(fc.oneof(text, media), { minLength: 1, maxLength: 3 }),
});
const system: fc.Arbitrary<Message> = fc.record({
  role: fc.constant('system' as const),
  content: fc.array(text, { minLength: 1, maxLength: 2 }),
});
const turn: fc.Arbitrary<Message[]> = fc.tuple(user, said).map(([first, content]) => {
  const results = content
    .filter((block) => block.type === 'tool-call')
    .map(({ id }) => ({
      type: 'tool-result' as const,
      callId: id,
      content: [{ type: 'text' as const, text: '0' }],
    }));
  const tool: Message[] = results.length === 0 ? [] : [{ role: 'tool', content: results }];
  return [first, { role: 'assistant', content }, ...tool];
});
const optionalRecord = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) =>
  fc.record(fields, { requiredKeys: [] });
const settings = optionalRecord({
  toolChoice: fc.oneof(
    fc.constantFrom({ type: 'auto' as const }, { type: 'none' as const }, { type: 'required' as const }),
    fc.record({ type: fc.constant('tool' as const), name: word }),
    fc.record({
      type: fc.constant('allowed' as const),
      names: fc.array(word, { minLength: 1, maxLength: 2 }),
      isRequired: fc.boolean(),
    }),
  ),
  parallelToolCalls: fc.boolean(),
  output: fc.oneof(
    fc.constantFrom({ type: 'text' as const }, { type: 'json' as const }),
    fc.record({
      type: fc.constant('json-schema' as const),
      name: word,
      schema: fc.constant({ type: 'object' }),
      isStrict: fc.boolean(),
    }),
  ),
  reasoning: fc.record({
    effort: fc.constantFrom('none' as const, 'low' as const, 'max' as const),
    summary: fc.constantFrom('auto' as const, 'detailed' as const),
  }),
  maxTokens: fc.integer({ min: 16, max: 100_000 }),
  temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
  topP: fc.constantFrom(0, 0.5, 1),
  logprobs: fc.constant(true),
  topLogprobs: fc.nat(20),
  verbosity: fc.constantFrom('low' as const, 'high' as const),
  serviceTier: word,
  metadata: fc.dictionary(fc.constantFrom('a', 'b'), fc.string()),
  user: word,
  cacheKey: word,
  store: fc.boolean(),
  tools: fc.array(
    fc.oneof(
      fc.record({
        type: fc.constant('function' as const),
        name: word,
        isStrict: fc.boolean(),
        parameters: fc.constant({ type: 'object' }),
      }),
      fc.record({ type: fc.constant('custom' as const), name: word, description: fc.string() }),
    ),
    { maxLength: 3 },
  ),
  extra: fc.constant(own({ truncation: 'auto', previous_response_id: 'resp_0' }).extra),
});
const requests: fc.Arbitrary<ChatRequest> = fc
  .record({
    model: fc.constantFrom('gpt-4o', 'gpt-5.2'),
    stream: fc.boolean(),
    messages: fc
      .tuple(fc.array(system, { maxLength: 2 }), fc.array(turn, { maxLength: 3 }))
      .map(([first, turns]) => [...first, ...turns.flat()]),
    settings,
  })
  .map(({ settings: more, stream, ...request }) => ({ ...request, stream, wantsUsage: stream, ...more }));

const answers: fc.Arbitrary<ChatAnswer> = fc
  .record({ content: said, isCut: fc.boolean(), usage: fc.boolean(), logprobs: fc.boolean() })
  .map(({ content, isCut, usage, logprobs }) => {
    const types = new Set(content.map(({ type }) => type));
    const reason = types.has('tool-call') ? 'tool-calls' : types.has('refusal') ? 'refusal' : 'stop';
    const searches = content.filter(({ type }) => type === 'foreign').length;
    const hasLogprobs = logprobs && content.at(-1)?.type === 'text';
    const tokens = [{ token: 'a', logprob: -1, bytes: [97], top: [] }];
    return {
      id: 'resp_1',
      model: 'm',
      created: 7,
      serviceTier: 'default',
      choices: [
        {
          index: 0,
          content,
          finish: { reason: isCut ? 'length' : reason },
          ...(hasLogprobs ? { logprobs: tokens } : {}),
        },
      ],
      ...(usage
        ? {
            usage: {
              input: 3,
              output: 2,
              cacheRead: 1,
              cacheWrite: 0,
              reasoning: 1,
              ...(searches === 0 ? {} : { searches }),
            },
          }
        : {}),
    };
  });

const context = { request: { model: 'm', stream: true, wantsUsage: true, messages: [] }, id: 'x', now: 7 };

function eventsOf(wire: string): WireEvent[] {
  return wire
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      return { name, data: JSON.parse(data ?? 'null') as JsonObject };
    });
}

const streamed = (answer: ChatAnswer): string => {
  const renderer = codec.renderStream(context);
  return [...partsOfAnswer(answer)].map((part) => renderer.push(part)).join('') + renderer.end();
};
const reread = (events: readonly WireEvent[]): ChatAnswer => {
  const parser = codec.parseStream();
  return collectParts([...events.flatMap((event) => parser.push(event)), ...parser.end()]);
};
describe('laws', () => {
  it('a request that is rendered and parsed is the same', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { body, dropped } = codec.renderRequest(request);
        expect(dropped).toEqual([]);
        expect(codec.parseRequest(JSON.parse(JSON.stringify(body)) as JsonObject, {})).toEqual(request);
      }),
      { numRuns: 300 },
    );
  });

  it('an answer that is rendered and parsed is the same', () => {
    fc.assert(
      // Of an answer that was cut the last item says so: it comes back with that.
      fc.property(
        answers.filter(({ choices }) => choices[0]?.finish.reason !== 'length'),
        (answer) => {
          const body = JSON.parse(JSON.stringify(codec.renderAnswer(answer, context))) as JsonObject;
          expect(codec.parseAnswer(body)).toEqual(answer);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a stream is the whole answer: for who reads it, and in its last event', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const events = eventsOf(streamed(answer));
        const whole = JSON.parse(JSON.stringify(codec.renderAnswer(answer, context))) as JsonObject;
        expect(events.at(-1)?.data?.['response']).toEqual(whole);
        expect(reread(events)).toEqual(codec.parseAnswer(whole));
        expect(events.map(({ data }) => data?.['sequence_number'])).toEqual(events.map((_, index) => index));
      }),
      { numRuns: 300 },
    );
  });
});
