import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, contextOf, jsonIn } from '../../../test/media-world.ts';
import type { SpeechRequest } from '../../protocol/audio.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaStream } from '../../protocol/media.ts';
import { speechFamily } from './family.ts';
import { geminiSpeech } from './formats/gemini.ts';
import { openaiSpeech } from './formats/openai.ts';

const parse = (json: JsonObject): SpeechRequest =>
  speechFamily.parseRequest({ json: { model: 'alias', input: 'Hello 👋', ...json } });
const toGemini = async (json: JsonObject) => geminiSpeech.renderRequest(parse(json), 'tts');
const refusal = (parameter: string, reason?: string) =>
  expect.objectContaining({
    code: reason === undefined ? 'VE_PARAMETER_MISSING' : 'VE_PARAMETER_INVALID',
    details: reason === undefined ? { parameter } : { parameter, reason },
  });

const full = {
  voice: 'alloy',
  instructions: 'cheerfully',
  response_format: 'pcm',
  speed: 1.5,
  stream_format: 'audio',
  language: 'en',
};

function geminiBody(pcm: Buffer | undefined, finish?: string): JsonObject {
  const inlineData = { mimeType: 'audio/L16;codec=pcm;rate=24000', data: pcm?.toString('base64') };
  return {
    candidates: [
      {
        content: { role: 'model', parts: pcm === undefined ? [] : [{ inlineData }] },
        ...(finish === undefined ? {} : { finishReason: finish }),
      },
    ],
    ...(finish === undefined
      ? {}
      : {
          usageMetadata: {
            promptTokenCount: 5,
            candidatesTokenCount: 50,
            totalTokenCount: 55,
            candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 50 }],
          },
        }),
  };
}

function eventsOf(...bodies: readonly JsonObject[]): Buffer {
  return Buffer.from(bodies.map((body) => `data: ${JSON.stringify(body)}\r\n\r\n`).join(''));
}

/** What the caller gets of an upstream's bytes, which come in these pieces. */
function flow(stream: MediaStream | undefined, bytes: Buffer, cuts: readonly number[] = []): Buffer {
  if (stream === undefined) throw new Error('it does not stream');
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const pieces = [0, ...places].map((place, index) => bytes.subarray(place, places[index]));
  return Buffer.concat([...pieces.map((piece) => stream.take(piece)), stream.end()]);
}

const open = (json: JsonObject): MediaStream | undefined => geminiSpeech.streaming?.open(parse(json));

describe('what a caller asks for', () => {
  test.each<[what: string, json: JsonObject, error: unknown]>([
    ['no model', { model: null }, refusal('model')],
    ['no input', { input: null }, refusal('input')],
    ['an empty input', { input: '' }, refusal('input', 'it is empty')],
    ['a voice that is a number', { voice: 7 }, refusal('voice', 'it must be an object')],
    ['a voice without an id', { voice: {} }, refusal('voice.id')],
    ['a speed in words', { speed: 'fast' }, refusal('speed', 'it must be a number')],
    [
      'a stream of another kind',
      { stream_format: 'ws' },
      refusal('stream_format', 'it must be one of audio, sse'),
    ],
  ])('is refused with %s', (_what, json, error) => {
    expect(() => parse(json)).toThrow(error);
  });

  test('goes to OpenAI as it came, but for the model', () => {
    const { model: _, ...rest } = { model: 'alias', input: 'Hello 👋', ...full };
    const rendered = openaiSpeech.renderRequest(parse(full), 'tts-1');
    expect(rendered).toEqual({ json: { ...rest, model: 'tts-1' }, dropped: [] });
    const custom = { voice: { id: 'voice_1' } };
    expect(openaiSpeech.renderRequest(parse(custom), 'm')).toMatchObject({ json: custom });
  });

  test("goes to Google in Google's words, and what it has no words for is named", async () => {
    expect(await toGemini(full)).toEqual({
      json: {
        contents: [
          { role: 'user', parts: [{ text: 'Say the text below in this way: cheerfully\n\nHello 👋' }] },
        ],
        generationConfig: {
          responseModalities: ['AUDIO'],
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
        },
      },
      dropped: ['speed', 'language'],
      adjusted: ['voice: alloy -> Kore'],
    });
  });

  test('two speakers are told to Google as they were told to us', async () => {
    const speech_config = {
      multiSpeakerVoiceConfig: {
        speakerVoiceConfigs: [
          { speaker: 'Ann', voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
          { speaker: 'Bob', voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Puck' } } },
        ],
      },
    };
    const rendered = await toGemini({ voice: 'unknown', response_format: 'wav', speech_config });
    expect(rendered).toMatchObject({
      json: { generationConfig: { speechConfig: speech_config } },
      dropped: ['voice'],
      adjusted: [],
    });
  });

  test('nothing of it is lost on its way to Google', async () => {
    const wish = fc.record(
      {
        voice: fc.constantFrom('alloy', 'kore', 'Puck'),
        instructions: fc.constant('slowly'),
        response_format: fc.constantFrom('wav', 'pcm'),
        speed: fc.constantFrom(0.5, 2),
        stream_format: fc.constantFrom('audio', 'sse'),
        temperature: fc.constant(0.5),
        language: fc.constant('en'),
        lang_code: fc.constant('e'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(wish, async (asked) => {
        const rendered = await toGemini(asked);
        const { dropped } = rendered;
        const told = JSON.stringify(jsonIn(rendered));
        const isTold: Readonly<Record<string, boolean>> = {
          voice: told.includes('voiceName'),
          instructions: told.includes('slowly'),
          temperature: told.includes('0.5'),
          // Told by how the answer is made.
          response_format: true,
          stream_format: true,
        };
        for (const name of Object.keys(asked))
          expect([name, isTold[name] ?? false]).toEqual([name, !dropped.includes(name)]);
      }),
    );
  });

  test('a format that needs an encoder is refused by name, and one that nobody asked for is told', async () => {
    for (const format of ['mp3', 'opus', 'aac', 'flac']) {
      const reason = `this model makes no ${format}; it makes wav, pcm`;
      await expect(toGemini({ response_format: format })).rejects.toThrow(refusal('response_format', reason));
    }
    expect(await toGemini({})).toMatchObject({ adjusted: ['response_format: mp3 -> wav'] });
    expect(await toGemini({ response_format: 'wav' })).toMatchObject({ adjusted: [] });
  });

  test.each(['Vincent', { id: 'voice_1' }])(
    'a voice that Google has not is refused with those that it has: %j',
    async (voice) => {
      await expect(toGemini({ voice })).rejects.toThrow(
        expect.objectContaining({
          code: 'VE_PARAMETER_INVALID',
          details: {
            parameter: 'voice',
            reason: expect.stringMatching(/it has Zephyr, .*Sulafat, alloy, .*verse$/),
          },
        }),
      );
    },
  );
});

describe("Google's samples", () => {
  const pcm = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const pieces = fc.array(pcm, { minLength: 1, maxLength: 5 });
  const cuts = fc.array(fc.nat(), { maxLength: 30 });
  const eventsWith = (all: readonly Buffer[]): Buffer =>
    eventsOf(...all.map((piece) => geminiBody(piece)), geminiBody(undefined, 'STOP'));

  test('come to the caller byte for byte, wherever the events are cut', () => {
    fc.assert(
      fc.property(pieces, cuts, (all, places) => {
        const stream = open({ response_format: 'pcm' });
        expect(flow(stream, eventsWith(all), places)).toEqual(Buffer.concat(all));
        expect(stream?.usage).toMatchObject({
          outputTokens: 50,
          media: { audioOutputTokens: 50, characters: 7 },
        });
      }),
    );
  });

  test('come as WAV of unknown length where they are wanted in pieces', () => {
    const wav = flow(
      open({ response_format: 'wav', stream_format: 'audio' }),
      eventsWith([Buffer.from('abcd')]),
    );
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect([wav.readUInt32LE(4), wav.readUInt32LE(24), wav.readUInt32LE(40)]).toEqual([
      0xffffffff, 24_000, 0xffffffff,
    ]);
    expect(wav.toString('latin1', 44)).toBe('abcd');
  });

  test("come as OpenAI's events, with the usage in the last", () => {
    const text = flow(
      open({ response_format: 'pcm', stream_format: 'sse' }),
      eventsWith([Buffer.from('ab'), Buffer.from('cd')]),
    ).toString();
    const events = text.split('\n\n').filter((event) => event !== '');
    expect(events.map((event): unknown => JSON.parse(event.replace('data: ', '')))).toEqual([
      { type: 'speech.audio.delta', audio: 'YWI=' },
      { type: 'speech.audio.delta', audio: 'Y2Q=' },
      { type: 'speech.audio.done', usage: { input_tokens: 5, output_tokens: 50, total_tokens: 55 } },
    ]);
  });

  test('come whole as WAV of the right length, or without a header', async () => {
    const answer = answerOf(geminiBody(Buffer.from('abcd'), 'STOP'));
    const wav = geminiSpeech.parseAnswer(answer, parse({}));
    const { type, body } = await speechFamily.renderAnswer(wav, parse({}), contextOf());
    expect([type, body.readUInt32LE(4), body.readUInt32LE(40), body.length]).toEqual([
      'audio/wav',
      40,
      4,
      48,
    ]);
    expect(speechFamily.usageOf(wav, parse({}))).toEqual({
      inputTokens: 5,
      outputTokens: 50,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      media: { audioOutputTokens: 50, characters: 7 },
    });
    const asked = parse({ response_format: 'pcm' });
    expect(geminiSpeech.parseAnswer(answer, asked)).toMatchObject({
      type: 'audio/pcm',
      bytes: Buffer.from('abcd'),
    });
  });

  test.each([
    ['nothing', { response_format: undefined }, false, 'audio/wav'],
    ['pcm', { response_format: 'pcm' }, true, 'audio/pcm'],
    ['pieces of a WAV', { stream_format: 'audio' }, true, 'audio/wav'],
    ['events', { stream_format: 'sse' }, true, 'text/event-stream'],
  ])('flow for who asks for %s, or do not', (_what, json, flows, type) => {
    const { streaming } = geminiSpeech;
    expect([streaming?.asks(parse(json), 'm'), streaming?.sentType?.(parse(json))]).toEqual([flows, type]);
  });

  test.each<[what: string, bodies: JsonObject[], code: string]>([
    ['nothing', [geminiBody(undefined, 'STOP')], 'VE_UPSTREAM_PROTOCOL'],
    ['no end', [geminiBody(Buffer.from('ab'))], 'VE_UPSTREAM_PROTOCOL'],
    ['half of it', [geminiBody(Buffer.from('ab'), 'MAX_TOKENS')], 'VE_UPSTREAM_PROTOCOL'],
    ['an error', [{ error: { code: 500 } }], 'VE_UPSTREAM_PROTOCOL'],
    ['a refusal', [geminiBody(undefined, 'SAFETY')], 'VE_UPSTREAM_STATUS'],
    [
      'a refusal of the question',
      [{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
      'VE_UPSTREAM_STATUS',
    ],
  ])('that hold %s are no answer', (_what, bodies, code) => {
    expect(() => flow(open({ response_format: 'pcm' }), eventsOf(...bodies))).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test.each<[what: string, body: JsonObject, code: string]>([
    ['nothing', geminiBody(undefined, 'STOP'), 'VE_UPSTREAM_PROTOCOL'],
    ['half of it', geminiBody(Buffer.from('ab'), 'MAX_TOKENS'), 'VE_UPSTREAM_PROTOCOL'],
    ['a refusal', geminiBody(undefined, 'SAFETY'), 'VE_UPSTREAM_STATUS'],
  ])('are no answer either that is whole, with %s', (_what, body, code) => {
    expect(() => geminiSpeech.parseAnswer(answerOf(body), parse({}))).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('that break off are told of where that can be told', () => {
    const error = new Error('gone');
    expect(open({ response_format: 'pcm' })?.breakOff(error)).toBeUndefined();
    expect(String(open({ stream_format: 'sse' })?.breakOff(error))).toMatch(/^data: \{"error":/);
  });
});

const openStream = (json: JsonObject = {}): MediaStream | undefined =>
  openaiSpeech.streaming?.open(parse(json));

describe("OpenAI's sound", () => {
  const done = { type: 'speech.audio.done', usage: { input_tokens: 3, output_tokens: 30, total_tokens: 33 } };

  test('passes byte for byte, whatever it looks like, and what was said is counted', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.nat()), (bytes, cuts) => {
        const stream = openStream();
        expect(flow(stream, Buffer.from(bytes), cuts)).toEqual(Buffer.from(bytes));
        expect(stream?.usage?.media).toEqual({ characters: 7 });
      }),
    );
  });

  test('passes in events byte for byte, and the usage is read from the last, wherever they are cut', () => {
    const delta = { type: 'speech.audio.delta', audio: 'AAAA' };
    const bytes = Buffer.from(
      [delta, delta, done].map((data) => `data: ${JSON.stringify(data)}\n\n`).join(''),
    );
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        const stream = openStream({ stream_format: 'sse' });
        expect(flow(stream, bytes, cuts)).toEqual(bytes);
        expect(stream?.usage).toMatchObject({
          inputTokens: 3,
          outputTokens: 30,
          media: { audioOutputTokens: 30, characters: 7 },
        });
      }),
    );
    expect(() => flow(openStream({ stream_format: 'sse' }), bytes.subarray(0, 60))).toThrow(
      'before its last event',
    );
  });

  test('passes as it is where a vendor has no events', () => {
    const stream = openStream({ stream_format: 'sse' });
    expect(flow(stream, Buffer.from('ID3 sound'))).toEqual(Buffer.from('ID3 sound'));
    expect(stream?.breakOff(new Error('gone'))).toBeUndefined();
  });
});
