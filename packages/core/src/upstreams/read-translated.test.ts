import { describe, expect, test } from 'vitest';
import { codecs } from '../dialects/codecs.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../protocol/json.ts';
import { defineUpstream } from './define-upstream.ts';
import { Secrets } from './hide-secrets.ts';
import { TranslatedReading, type Translation } from './read-translated.ts';

const upstream = defineUpstream({ vendor: 'any', baseURL: 'http://127.0.0.1' });
const request = { model: 'any', stream: true, wantsUsage: false, messages: [] };

const translation: Translation = {
  upstream: codecs['anthropic-messages'],
  caller: codecs.gemini,
  streamType: 'text/event-stream',
  sentType: 'application/json',
  renderStream: codecs.gemini.renderArrayStream,
  context: { request, id: 'x', now: 0 },
  dropped: [],
  secrets: new Secrets(upstream, undefined),
};

const broken = (reason: string): GatewayError => new GatewayError('VE_UPSTREAM_PROTOCOL', { reason });
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

function events(...data: readonly (JsonObject | string)[]): Buffer {
  const texts = data.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return Buffer.from(texts.map((text) => `data: ${text}\n\n`).join(''));
}

const start: JsonObject = { type: 'message_start', message: { id: 'm', model: 'm', content: [] } };
const begin: JsonObject = {
  type: 'content_block_start',
  index: 0,
  content_block: { type: 'text', text: '' },
};
const say: JsonObject = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'Hello' },
};
const stop: JsonObject = { type: 'content_block_stop', index: 0 };

function parseAnswer(): never {
  throw new RangeError('Maximum call stack size exceeded');
}

describe('a stream that is translated', () => {
  test('tells what came before a fault in the same piece, so that an array stays one', () => {
    const stream = new TranslatedReading(translation).readStream(broken);
    const told = stream.take(events(start, begin, say, stop, say));
    const { failure } = stream;
    expect(failure).toMatchObject({ code: 'VE_UPSTREAM_PROTOCOL' });
    const all: unknown = JSON.parse(told.toString() + String(stream.breakOff(failure ?? broken('it'))));
    const text = { candidates: [{ content: { parts: [{ text: 'Hell' }] } }] };
    expect(all).toMatchObject([text, { candidates: [{}] }, { error: { code: 502 } }]);
  });

  test('tells what its last event brought, before the error of its end', () => {
    const stream = new TranslatedReading(translation).readStream(broken);
    stream.take(events(start, begin));
    stream.take(events(say).subarray(0, -2));
    const ending = (): Buffer => stream.end();
    expect(ending).toThrow('ended before its last event');
    const all: unknown = JSON.parse(String(stream.breakOff(broken('the end'))));
    expect(all).toMatchObject([{ candidates: [{}] }, { candidates: [{}] }, { error: {} }]);
  });

  test('is broken where it is nested deeper than a reader can go, and so is a whole answer', () => {
    const fault = expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' });
    const open = new TranslatedReading(translation).openStream();
    const nested = `{"type":"message_delta","delta":{"stop_reason":"end_turn","x":${deep}}}`;
    // Some versions of Node read JSON however deep it is.
    expect(thrownBy(() => open(events(start, nested)))).toBeOneOf([undefined, fault]);
    const reading = new TranslatedReading({
      ...translation,
      upstream: { ...translation.upstream, parseAnswer },
    });
    expect(() => reading.readWhole(Buffer.from('{}'), broken)).toThrow(fault);
  });

  test('breaks off where its end cannot be written', () => {
    const { renderArrayStream } = codecs.gemini;
    const stream = new TranslatedReading({
      ...translation,
      renderStream: (context) => ({
        ...renderArrayStream(context),
        push: () => '',
        end: () => {
          throw new RangeError('nested too deeply');
        },
      }),
    }).readStream(broken);
    stream.take(events(start, begin, say, stop, { type: 'message_stop' }));
    expect(() => stream.end()).toThrow(RangeError);
    expect(stream.breakOff(broken('the end'))).toBeUndefined();
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
