import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transcribe } from '../../../test/audio-world.ts';
import { answerOf, contextOf } from '../../../test/media-world.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../../protocol/audio.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaFormat, MediaStream } from '../../protocol/media.ts';
import { transcriptionsFamily } from './family.ts';
import { geminiTranscriptions } from './formats/gemini.ts';
import { mistralTranscriptions } from './formats/mistral.ts';
import { openaiTranscriptions } from './formats/openai.ts';

async function written(
  result: TranscriptionResult,
  request: TranscriptionRequest,
): Promise<{ type: string; text: string }> {
  const { type, body } = await transcriptionsFamily.renderAnswer(result, request, contextOf());
  return { type, text: body.toString() };
}

function flow(
  { streaming }: MediaFormat<TranscriptionRequest, TranscriptionResult>,
  request: TranscriptionRequest,
  { bytes, cuts = [] }: { bytes: Buffer; cuts?: readonly number[] },
): { text: string; stream: MediaStream } {
  const stream = streaming?.open(request);
  if (stream === undefined) throw new Error('it does not stream');
  const places = [...new Set(cuts.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b);
  const pieces = [0, ...places].map((place, index) => stream.take(bytes.subarray(place, places[index])));
  return { text: Buffer.concat([...pieces, stream.end()]).toString(), stream };
}

const eventsOf = (...bodies: readonly JsonObject[]): Buffer =>
  Buffer.from(bodies.map((body) => `data: ${JSON.stringify(body)}\n\n`).join(''));
const dataIn = (text: string): readonly unknown[] =>
  text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event): unknown => JSON.parse(event.replace('data: ', '')));

const gemini = (text: string, more: JsonObject = {}): JsonObject => ({
  candidates: [
    { content: { parts: [{ text: 'hm', thought: true }, { text }] }, finishReason: 'STOP', ...more },
  ],
  usageMetadata: {
    promptTokenCount: 64,
    candidatesTokenCount: 5,
    totalTokenCount: 69,
    promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 60 }],
  },
});

const part = (text: string, finishReason?: string): JsonObject => ({
  candidates: [{ content: { parts: [{ text }] }, ...(finishReason && { finishReason }) }],
  ...(finishReason && {
    usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 2, totalTokenCount: 10 },
  }),
});

describe('what a vendor has written', () => {
  test('passes as it is from OpenAI, and its usage is read', async () => {
    const answers: readonly [headers: string, body: string, usage: unknown][] = [
      [
        'application/json',
        '{"text": "hi",  "usage":{"type":"duration","seconds":4}}',
        { media: { seconds: 4 } },
      ],
      [
        'application/json',
        '{"text":"hi","usage":{"type":"tokens","input_tokens":9,"output_tokens":3,"total_tokens":12,"input_token_details":{"audio_tokens":8}}}',
        { inputTokens: 9, outputTokens: 3, media: { audioInputTokens: 8, seconds: 2 } },
      ],
      ['application/json', '{"text":"hi","duration":"3.5","segments":[]}', { media: { seconds: 3.5 } }],
      ['application/json', '{"text":"hi"}', { media: { seconds: 2 } }],
      [
        'text/plain; charset=utf-8',
        '1\n00:00:00,000 --> 00:00:01,000\nhi\n\n',
        { inputTokens: 0, media: { seconds: 2 } },
      ],
    ];
    for (const [type, body, usage] of answers) {
      const request = transcribe();
      const answer = { headers: { 'content-type': type }, body: Buffer.from(body) };
      const result = openaiTranscriptions.parseAnswer(answer, request);
      expect(await written(result, request)).toEqual({ type, text: body });
      expect(transcriptionsFamily.usageOf(result, request)).toMatchObject(usage as object);
    }
    const broken = { headers: { 'content-type': 'application/json' }, body: Buffer.from('[]') };
    expect(() => openaiTranscriptions.parseAnswer(broken, transcribe())).toThrow(
      expect.objectContaining({ code: 'VE_UPSTREAM_PROTOCOL' }),
    );
  });

  const mistralAnswer = {
    model: 'voxtral',
    text: 'Good day. And you?',
    language: 'en',
    segments: [
      { type: 'transcription_segment', text: ' Good day.', start: 0, end: 1.25, speaker_id: 'S1' },
      {
        type: 'transcription_segment',
        text: 'And you?\n\n--> x',
        start: 3_661.5,
        end: null,
        speaker_id: null,
      },
    ],
    usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10, prompt_audio_seconds: 7 },
  };

  test.each<[format: string, type: string, text: unknown]>([
    [
      'json',
      'application/json',
      {
        text: 'Good day. And you?',
        usage: { type: 'tokens', input_tokens: 4, output_tokens: 6, total_tokens: 10 },
      },
    ],
    ['text', 'text/plain; charset=utf-8', 'Good day. And you?\n'],
    [
      'srt',
      'text/plain; charset=utf-8',
      '1\n00:00:00,000 --> 00:00:01,250\nGood day.\n\n2\n01:01:01,500 --> 01:01:01,500\nAnd you?\n-> x\n\n',
    ],
    [
      'vtt',
      'text/vtt; charset=utf-8',
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.250\nGood day.\n\n01:01:01.500 --> 01:01:01.500\nAnd you?\n-> x\n\n',
    ],
    [
      'verbose_json',
      'application/json',
      expect.objectContaining({
        task: 'transcribe',
        language: 'en',
        duration: 2,
        segments: [{ id: 0, start: 0, end: 1.25, text: ' Good day.' }, expect.objectContaining({ id: 1 })],
      }),
    ],
    [
      'diarized_json',
      'application/json',
      expect.objectContaining({
        segments: [
          expect.objectContaining({ id: 'seg_001', speaker: 'S1', type: 'transcript.text.segment' }),
          expect.objectContaining({ speaker: 'A' }),
        ],
      }),
    ],
  ])('is given as %s, whoever has written it', async (format, type, text) => {
    const request = transcribe(['response_format', format]);
    const result = mistralTranscriptions.parseAnswer(answerOf(mistralAnswer), request);
    const answer = await written(result, request);
    const told: unknown = type === 'application/json' ? JSON.parse(answer.text) : answer.text;
    expect({ type: answer.type, told }).toEqual({ type, told: text });
    expect(transcriptionsFamily.usageOf(result, request)).toMatchObject({
      inputTokens: 4,
      media: { seconds: 7 },
    });
  });

  test('is read from Google, as text or in segments', async () => {
    const plain = transcribe();
    const result = geminiTranscriptions.parseAnswer(answerOf(gemini('Good day.\n')), plain);
    expect(JSON.parse((await written(result, plain)).text)).toEqual({
      text: 'Good day.',
      usage: {
        type: 'tokens',
        input_tokens: 64,
        output_tokens: 5,
        total_tokens: 69,
        input_token_details: { audio_tokens: 60, text_tokens: 4 },
      },
    });
    const timed = transcribe(['response_format', 'srt']);
    const said = JSON.stringify({
      language: 'en',
      segments: [
        { start: 0, end: 1.5, text: 'Good day.' },
        { start: 0.5, end: 0.2, text: 'Yes.' },
      ],
    });
    for (const text of [said, `\`\`\`json\n${said}\n\`\`\``]) {
      const answer = geminiTranscriptions.parseAnswer(answerOf(gemini(text)), timed);
      expect((await written(answer, timed)).text).toBe(
        '1\n00:00:00,000 --> 00:00:01,500\nGood day.\n\n2\n00:00:00,500 --> 00:00:00,500\nYes.\n\n',
      );
    }
  });

  test.each<[what: string, body: JsonObject, code: string]>([
    ['no JSON where it was asked for', gemini('Good day'), 'VE_UPSTREAM_PROTOCOL'],
    ['half of it', gemini('{}', { finishReason: 'MAX_TOKENS' }), 'VE_UPSTREAM_PROTOCOL'],
    ['nothing', {}, 'VE_UPSTREAM_PROTOCOL'],
    ['a refusal', { promptFeedback: { blockReason: 'SAFETY' } }, 'VE_UPSTREAM_STATUS'],
  ])('is no answer where it is %s', (_what, body, code) => {
    const request = transcribe(['response_format', 'vtt']);
    expect(() => geminiTranscriptions.parseAnswer(answerOf(body), request)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('a transcript that flows', () => {
  const cuts = fc.array(fc.nat(), { maxLength: 30 });
  const request = transcribe(['stream', 'true']);

  test('passes byte for byte from OpenAI, and the usage is read from the last event', () => {
    const usage = { type: 'tokens', input_tokens: 14, output_tokens: 45, total_tokens: 59 };
    const bytes = eventsOf(
      { type: 'transcript.text.delta', delta: 'Hä' },
      { type: 'transcript.text.done', text: 'Hä', usage },
    );
    fc.assert(
      fc.property(cuts, (places) => {
        const { text, stream } = flow(openaiTranscriptions, request, { bytes, cuts: places });
        expect(text).toBe(bytes.toString());
        expect(stream.usage).toMatchObject({ inputTokens: 14, outputTokens: 45, media: { seconds: 2 } });
      }),
    );
    expect(() => flow(openaiTranscriptions, request, { bytes: bytes.subarray(0, 50) })).toThrow(
      'before its last event',
    );
  });

  test('passes whole where a model has no events, and its usage is read', () => {
    const bytes = Buffer.from('{"text":"hi","usage":{"type":"duration","seconds":4}}');
    const { text, stream } = flow(openaiTranscriptions, request, { bytes, cuts: [10] });
    expect([text, stream.usage?.media]).toEqual([bytes.toString(), { seconds: 4 }]);
  });

  test("becomes OpenAI's from Google and Mistral, wherever it is cut", () => {
    const google = eventsOf(part('Good '), part('day.'), part('', 'STOP'));
    const mistral = eventsOf(
      { type: 'transcription.language', audio_language: 'en' },
      { type: 'transcription.text.delta', text: 'Good ' },
      { type: 'transcription.text.delta', text: 'day.' },
      { type: 'transcription.done', text: 'Good day.', usage: { prompt_tokens: 8, completion_tokens: 2 } },
    );
    const expected = [
      { type: 'transcript.text.delta', delta: 'Good ' },
      { type: 'transcript.text.delta', delta: 'day.' },
      {
        type: 'transcript.text.done',
        text: 'Good day.',
        usage: { type: 'tokens', input_tokens: 8, output_tokens: 2, total_tokens: 10 },
      },
    ];
    fc.assert(
      fc.property(cuts, (places) => {
        const ofGoogle = flow(geminiTranscriptions, request, { bytes: google, cuts: places });
        const ofMistral = flow(mistralTranscriptions, request, { bytes: mistral, cuts: places });
        expect(dataIn(ofGoogle.text)).toEqual(expected);
        expect(dataIn(ofMistral.text)).toEqual(expected);
        expect(ofGoogle.stream.usage).toMatchObject({ inputTokens: 8, media: { seconds: 2 } });
      }),
    );
  });

  test('that breaks off is told of, and half of one is none', () => {
    for (const format of [geminiTranscriptions, mistralTranscriptions]) {
      expect(() => flow(format, request, { bytes: eventsOf({ type: 'transcription.text.delta' }) })).toThrow(
        'before its last event',
      );
      expect(() => flow(format, request, { bytes: eventsOf({ error: { message: 'no' } }) })).toThrow(
        'none of a transcript',
      );
      expect(String(format.streaming?.open(request).breakOff(new Error('gone')))).toMatch(
        /^data: \{"error":/,
      );
    }
  });
});
