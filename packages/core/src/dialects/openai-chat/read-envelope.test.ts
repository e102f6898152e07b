import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../errors.ts';
import type { Operation } from '../../protocol/call.ts';
import { readEnvelope } from './read-envelope.ts';
import { spliceRequest } from './splice-request.ts';

const parse = (body: string, operation: Operation = 'chat') =>
  readEnvelope(Buffer.from(body), { operation, headers: {} });

function refusal(body: string | Buffer, operation: Operation = 'chat'): GatewayError {
  try {
    readEnvelope(Buffer.from(body), { operation, headers: {} });
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error(`accepted: ${body.toString()}`);
}

const messages = '"messages":[{"role":"user","content":"hi"}]';

/** Bodies of a chat as callers may write them: any order, any other members, any space, any form of the usage option. */
const chatBody = fc
  .record({
    model: fc.string({ minLength: 1, unit: 'grapheme' }),
    stream: fc.constantFrom(undefined, null, false, true),
    options: fc.constantFrom<unknown>(
      undefined,
      null,
      {},
      { include_usage: true },
      { include_usage: false },
      { include_usage: null },
      { other: [1] },
      { other: '}', include_usage: false, more: {} },
    ),
    rest: fc.dictionary(
      fc
        .string()
        .filter((key) => !['model', 'stream', 'stream_options', 'messages', '__proto__'].includes(key)),
      fc.jsonValue(),
      { maxKeys: 4 },
    ),
    space: fc.constantFrom(0, 2, '\t'),
    order: fc.infiniteStream(fc.nat(100)),
  })
  .map(({ model, stream, options, rest, space, order }) => {
    const members: Record<string, unknown> = {
      ...rest,
      model,
      messages: [{ role: 'user', content: '"model"' }],
    };
    if (stream !== undefined) members['stream'] = stream;
    if (options !== undefined) members['stream_options'] = options;
    const shuffled = Object.entries(members)
      .map((entry) => ({ entry, place: order.next().value }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ entry }) => entry);
    return JSON.stringify(Object.fromEntries(shuffled), null, space);
  });

describe('readEnvelope and spliceRequest', () => {
  test('the rendered body is the original with another model and with usage asked for, and nothing else', () => {
    fc.assert(
      fc.property(chatBody, fc.string({ minLength: 1 }), fc.boolean(), (body, model, asksUsage) => {
        const original: { stream?: unknown; stream_options?: object | null } = JSON.parse(body);
        const rendered = Buffer.from(spliceRequest(parse(body), model, { asksUsage })).toString();
        const asks = asksUsage && original.stream === true;
        expect(JSON.parse(rendered)).toEqual({
          ...original,
          model,
          ...(asks ? { stream_options: { ...original.stream_options, include_usage: true } } : {}),
        });
      }),
      { numRuns: 500 },
    );
  });

  test('bytes that are not spliced stay as they came', () => {
    fc.assert(
      fc.property(chatBody, (body) => {
        const call = parse(body);
        const { model = { start: 0, end: 0 }, usageOption } = call.splice;
        const rendered = Buffer.from(spliceRequest(call, 'another "model"', { asksUsage: true }));
        const edits = [
          { span: model, text: JSON.stringify('another "model"') },
          ...(usageOption ? [usageOption] : []),
        ].toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
        // Taking the edits back out again leaves the original.
        let at = 0;
        let from = 0;
        const pieces: Buffer[] = [];
        for (const { span, text } of edits) {
          const kept = rendered.subarray(at, at + span.start - from);
          const spliced = rendered.subarray(at + kept.length, at + kept.length + Buffer.byteLength(text));
          expect(spliced.toString()).toBe(text);
          pieces.push(kept, Buffer.from(body).subarray(span.start, span.end));
          at += kept.length + spliced.length;
          from = span.end;
        }
        expect(Buffer.concat([...pieces, rendered.subarray(at)]).toString()).toBe(body);
        expect(edits.length).toBe(call.stream && !call.wantsUsage ? 2 : 1);
      }),
    );
  });

  test('hands on the very bytes when there is nothing to change', () => {
    const call = parse(`{"model":"gpt",${messages},"stream":true,"stream_options":{"include_usage":true}}`);
    expect(spliceRequest(call, 'gpt', { asksUsage: true })).toBe(call.bytes);
    const whole = parse(`{"model":"gpt",${messages}}`);
    expect(spliceRequest(whole, 'gpt', { asksUsage: true })).toBe(whole.bytes);
  });

  test.each([
    ['', ',"stream_options":{"include_usage":true}', ''],
    [',"stream_options":null', '', ',"stream_options":{"include_usage":true}'],
    [',"stream_options":{}', '', ',"stream_options":{"include_usage":true}'],
    [',"stream_options":{ }', '', ',"stream_options":{"include_usage":true }'],
    [',"stream_options":{"include_usage":false}', '', ',"stream_options":{"include_usage":true}'],
    [',"stream_options":{"include_usage":null}', '', ',"stream_options":{"include_usage":true}'],
    [',"stream_options":{"x":1}', '', ',"stream_options":{"include_usage":true,"x":1}'],
    [
      ',"stream_options":{"include_us\\u0061ge": false}',
      '',
      ',"stream_options":{"include_us\\u0061ge": true}',
    ],
  ])('the option %j is spliced to ask for usage', (option, behindModel, instead) => {
    const call = parse(`{"model":"gpt","stream":true${option},${messages}}`);
    expect(call.wantsUsage).toBe(false);
    expect(Buffer.from(spliceRequest(call, 'gpt', { asksUsage: true })).toString()).toBe(
      `{"model":"gpt"${behindModel},"stream":true${instead},${messages}}`,
    );
    expect(spliceRequest(call, 'gpt', { asksUsage: false })).toBe(call.bytes);
  });

  test('the model is found under an escaped name, and its span is the value', () => {
    const call = parse(`{"mod\\u0065l" : "g\\u0070t" ,${messages}}`);
    expect(call.model).toBe('gpt');
    expect(Buffer.from(spliceRequest(call, 'other', { asksUsage: true })).toString()).toBe(
      `{"mod\\u0065l" : "other" ,${messages}}`,
    );
  });

  test('release lets go of the body and keeps the envelope', () => {
    const call = parse(`{"model":"gpt",${messages}}`);
    call.release();
    expect(call.bytes).toHaveLength(0);
    expect(call).toMatchObject({ model: 'gpt', stream: false, wantsUsage: true, operation: 'chat' });
  });

  test('embeddings are never streams, completions may leave the prompt out', () => {
    expect(parse('{"model":"e","input":"x","stream":true}', 'embeddings').stream).toBe(false);
    expect(parse('{"model":"c","stream":true}', 'completions')).toMatchObject({
      stream: true,
      wantsUsage: false,
    });
  });
});

describe('readEnvelope refuses', () => {
  test.each<[what: string, body: string, operation: Operation, code: string, details: object]>([
    ['no JSON', 'model=gpt', 'chat', 'VE_BODY_INVALID', { position: 0 }],
    ['an empty body', '', 'chat', 'VE_BODY_INVALID', { position: 0 }],
    ['a broken body', '{"model":"gpt",}', 'chat', 'VE_BODY_INVALID', { position: 15 }],
    ['no model', `{${messages}}`, 'chat', 'VE_PARAMETER_MISSING', { parameter: 'model' }],
    [
      'a model of another kind',
      `{"model":4,${messages}}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'model' },
    ],
    ['a model object', `{"model":{},${messages}}`, 'chat', 'VE_PARAMETER_INVALID', { parameter: 'model' }],
    ['an empty model', `{"model":"",${messages}}`, 'chat', 'VE_PARAMETER_INVALID', { parameter: 'model' }],
    ['no messages', '{"model":"gpt"}', 'chat', 'VE_PARAMETER_MISSING', { parameter: 'messages' }],
    [
      'empty messages',
      '{"model":"gpt","messages":[ ]}',
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'messages' },
    ],
    [
      'a text as messages',
      '{"model":"g","messages":"x"}',
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'messages' },
    ],
    ['no input', '{"model":"e"}', 'embeddings', 'VE_PARAMETER_MISSING', { parameter: 'input' }],
    [
      'an empty input',
      '{"model":"e","input":[]}',
      'embeddings',
      'VE_PARAMETER_INVALID',
      { parameter: 'input' },
    ],
    [
      'stream: 1',
      `{"model":"g","stream":1,${messages}}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'stream' },
    ],
    [
      'stream: {}',
      `{"model":"g","stream":{},${messages}}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'stream' },
    ],
    [
      'stream_options: []',
      `{"model":"g","stream":true,"stream_options":[],${messages}}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'stream_options' },
    ],
    [
      'include_usage: "yes"',
      `{"model":"g","stream":true,"stream_options":{"include_usage":"yes"},${messages}}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'stream_options' },
    ],
    [
      'include_usage twice',
      `{"model":"g","stream":true,"stream_options":{"include_usage":true,"include_usage":false},${messages}}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'stream_options' },
    ],
    [
      'two models',
      `{"model":"g",${messages},"mod\\u0065l":"h"}`,
      'chat',
      'VE_PARAMETER_INVALID',
      { parameter: 'model', position: 13 + messages.length + '","mod\\u0065l":'.length - 1 },
    ],
  ])('%s', (_what, body, operation, code, details) => {
    expect(refusal(body, operation)).toMatchObject({ code, details });
  });

  test.each(['model', 'stream', 'stream_options', 'messages'])('two members called %s', (name) => {
    const body = `{"model":"g","stream":false,"stream_options":null,${messages},"${name}":null}`;
    expect(refusal(body)).toMatchObject({ code: 'VE_PARAMETER_INVALID', details: { parameter: name } });
  });

  test('bytes that are not UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xff]),
      Buffer.from(`",${messages}}`),
    ]);
    expect(refusal(body)).toMatchObject({ code: 'VE_BODY_INVALID', details: { reason: 'it is not UTF-8' } });
  });

  test('nothing that it does not read: members of another kind go to the upstream', () => {
    expect(parse(`{"model":"g",${messages},"temperature":"hot","tools":7,"tools":8}`).model).toBe('g');
  });
});
