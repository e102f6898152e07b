import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Field, formOf, soundOf, transcribe, wav } from '../../../test/audio-world.ts';
import { jsonIn } from '../../../test/media-world.ts';
import type { Form } from '../../protocol/media.ts';
import { wavHeader } from '../speech/write-wav.ts';
import { transcriptionsFamily, translationsFamily } from './family.ts';
import { geminiTranscriptions } from './formats/gemini.ts';
import { mistralTranscriptions } from './formats/mistral.ts';
import { openaiTranscriptions } from './formats/openai.ts';

const refusal = (parameter: string, reason: unknown) =>
  expect.objectContaining({ code: 'VE_PARAMETER_INVALID', details: { parameter, reason } });

const allFields: readonly Field[] = [
  ['language', 'de'],
  ['prompt', 'Names: Ärger'],
  ['temperature', '0.2'],
  ['timestamp_granularities[]', 'word'],
  ['include[]', 'logprobs'],
  ['chunking_strategy[type]', 'server_vad'],
  ['known_speaker_names[]', 'Ann'],
  ['diarize', 'true'],
  ['x', 'y'],
];

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('what a caller sends', () => {
  test.each<[what: string, form: Form, error: unknown]>([
    [
      'without a model',
      { ...formOf(), fields: [] },
      { code: 'VE_PARAMETER_MISSING', details: { parameter: 'model' } },
    ],
    [
      'without a file',
      { ...formOf(), files: [] },
      { code: 'VE_PARAMETER_MISSING', details: { parameter: 'file' } },
    ],
    [
      'with a file that is a field',
      { ...formOf([['file', 'a.wav']]), files: [] },
      { details: { parameter: 'file', reason: 'it must be a file, with a file name' } },
    ],
    [
      'with two files',
      { ...formOf(), files: [...formOf().files, ...formOf().files] },
      { details: { parameter: 'file', reason: 'it is given twice; give it once' } },
    ],
    [
      'with two models',
      formOf([['model', 'other']]),
      { details: { parameter: 'model', reason: 'it must be a string' } },
    ],
    [
      'with an empty file',
      formOf([], soundOf(Buffer.alloc(0))),
      { details: { parameter: 'file', reason: 'it is empty' } },
    ],
    [
      'with a temperature in words',
      formOf([['temperature', 'hot']]),
      { details: { parameter: 'temperature', reason: 'it must be a number' } },
    ],
    [
      'with a stream that is neither',
      formOf([['stream', 'maybe']]),
      { details: { parameter: 'stream', reason: 'it must be true or false' } },
    ],
  ])('is refused %s', (_what, form, error) => {
    expect(() => transcriptionsFamily.parseRequest({ form })).toThrow(expect.objectContaining(error));
  });

  test('is refused where it is no form', () => {
    expect(() => transcriptionsFamily.parseRequest({ json: {} })).toThrow(
      expect.objectContaining({
        code: 'VE_CONTENT_TYPE_UNSUPPORTED',
        details: { allow: ['multipart/form-data'] },
      }),
    );
  });

  test.each([
    ['text', Buffer.from('Dear reader,\r\nthis is no sound. Ärger\n')],
    ['text that is cut inside a character', Buffer.from(`${'a'.repeat(4095)}ä`)],
    ['JSON', Buffer.from('{"model": "whisper"}')],
    ['a picture', hex('89504e470d0a1a0a 0000000d')],
    ['a picture of a phone', hex('00000018 66747970 68656963 00000000')],
    ['a document', Buffer.from('%PDF-1.7\0')],
    ['an archive', hex('504b0304 1400')],
  ])('is refused where its file is %s, and told what would do', (_what, bytes) => {
    const reason = 'it is no sound; it must be one of flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav, webm';
    expect(() =>
      transcriptionsFamily.parseRequest({ form: formOf([], soundOf(bytes, 'audio/wav')) }),
    ).toThrow(refusal('file', reason));
  });

  test.each([
    ['fLaC\0', 'audio/flac'],
    ['ID3\u0004', 'audio/mp3'],
    ['\xff\xfb\x90', 'audio/mp3'],
    ['\xff\xf1\x50', 'audio/aac'],
    ['\0\0\0\x20ftypM4A ', 'audio/mp4'],
    ['OggS\0', 'audio/ogg'],
    ['RIFF\0\0\0\0WAVE', 'audio/wav'],
    ['\x1aE\xdf\xa3', 'audio/webm'],
    ['FORM\0\0\0\0AIFF', 'audio/aiff'],
  ])('is taken where its file begins with %j', async (beginning, mimeType) => {
    const file = soundOf(Buffer.from(beginning, 'latin1'));
    const request = transcriptionsFamily.parseRequest({ form: formOf([], file) });
    const json = jsonIn(await geminiTranscriptions.renderRequest(request, 'm'));
    expect(json).toMatchObject({ contents: [{ parts: [{ inlineData: { mimeType } }, {}] }] });
  });

  test('goes to OpenAI in its order, but for the model', () => {
    const form = formOf(allFields);
    const rendered = openaiTranscriptions.renderRequest(
      transcriptionsFamily.parseRequest({ form }),
      'whisper-1',
    );
    expect(rendered).toEqual({
      form: { fields: [['model', 'whisper-1'], ...allFields], files: form.files },
      dropped: [],
    });
  });

  test('goes to Mistral as far as it has words for it, and the rest is named', async () => {
    const request = transcribe(...allFields, ['response_format', 'srt'], ['stream', 'false']);
    expect(await mistralTranscriptions.renderRequest(request, 'voxtral')).toEqual({
      form: {
        fields: [
          ['model', 'voxtral'],
          ['language', 'de'],
          ['temperature', '0.2'],
          ['diarize', 'true'],
          ['timestamp_granularities', 'word'],
        ],
        files: [['file', request.file]],
      },
      dropped: ['prompt', 'include', 'chunking_strategy', 'known_speaker_names', 'x'],
    });
    const speakers = await mistralTranscriptions.renderRequest(
      transcribe(['response_format', 'diarized_json']),
      'voxtral',
    );
    expect(speakers).toMatchObject({
      form: {
        fields: [
          ['model', 'voxtral'],
          ['timestamp_granularities', 'segment'],
          ['diarize', 'true'],
        ],
      },
    });
  });

  test('goes to Google as an instruction beside the sound, and what it has no words for is named', async () => {
    const rendered = await geminiTranscriptions.renderRequest(transcribe(...allFields), 'gemini');
    expect(rendered.dropped).toEqual([
      'timestamp_granularities',
      'include',
      'chunking_strategy',
      'known_speaker_names',
      'diarize',
      'x',
    ]);
    const json = jsonIn(rendered);
    expect(json).toMatchObject({
      contents: [
        {
          role: 'user',
          parts: [{ inlineData: { mimeType: 'audio/wav', data: wav.toString('base64') } }, {}],
        },
      ],
      generationConfig: { temperature: 0.2 },
    });
    const text = JSON.stringify(json['contents']);
    for (const said of ['word for word', ': de.', 'Names: Ärger']) expect(text).toContain(said);
    const english = translationsFamily.parseRequest({ form: formOf() });
    expect(JSON.stringify(jsonIn(await geminiTranscriptions.renderRequest(english, 'm')))).toContain(
      'into English',
    );
  });

  test('is never lost without a word on its way to another vendor', async () => {
    const fields = fc.subarray([...allFields], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        fields,
        fc.constantFrom(geminiTranscriptions, mistralTranscriptions),
        async (asked, format) => {
          const rendered = await format.renderRequest(transcribe(...asked), 'm');
          const told = 'form' in rendered ? rendered.form.fields.map(([name]) => name) : [];
          const inGoogles = 'json' in rendered ? JSON.stringify(rendered.json) : '';
          const words: Readonly<Record<string, string>> = {
            language: ': de.',
            prompt: 'Names: Ärger',
            temperature: '"temperature":0.2',
          };
          for (const [field] of asked) {
            const name = field.replace(/\[.*/, '');
            const isTold = told.includes(name) || inGoogles.includes(words[name] ?? 'no such words');
            expect([name, isTold]).toEqual([name, !rendered.dropped.includes(name)]);
          }
        },
      ),
    );
  });

  test('is refused where it cannot be had of a vendor, and told what can', async () => {
    const words = 'it must be one of json, text, srt, verbose_json, vtt, diarized_json for this model';
    for (const format of [geminiTranscriptions, mistralTranscriptions]) {
      const render = async (...fields: readonly Field[]) => format.renderRequest(transcribe(...fields), 'm');
      await expect(render(['response_format', 'lrc'])).rejects.toThrow(refusal('response_format', words));
      await expect(render(['response_format', 'srt'], ['stream', 'true'])).rejects.toThrow(
        refusal('stream', 'this model streams with the response_format json or text only'),
      );
    }
    const large = { ...soundOf(wav), size: 20_971_521 };
    const request = transcriptionsFamily.parseRequest({ form: formOf([], large) });
    await expect(Promise.resolve(geminiTranscriptions.renderRequest(request, 'm'))).rejects.toThrow(
      refusal('file', 'it has 20971521 bytes; this model takes at most 20971520 in one request'),
    );
  });
});

test.each([
  ['of known length', wavHeader({ rate: 8_000 }, 16_000), 1],
  ['of unknown length', wavHeader({ rate: 8_000 }, undefined), 2],
  [
    'with other chunks before its samples',
    Buffer.concat([
      wavHeader({ rate: 8_000 }, 0).subarray(0, 36),
      Buffer.from('LIST\x03\0\0\0abc\0data\0\x7d\0\0', 'latin1'),
    ]),
    2,
  ],
  ['cut off in its header', wavHeader({ rate: 8_000 }, 16_000).subarray(0, 40), undefined],
  ['of no length at all', wavHeader({ rate: 0 }, 16_000), undefined],
])('a WAV file %s tells how long it is', (_what, header, seconds) => {
  const bytes = Buffer.concat([header, seconds === undefined ? Buffer.alloc(0) : Buffer.alloc(32_000)]);
  const request = transcriptionsFamily.parseRequest({ form: formOf([], soundOf(bytes)) });
  const result = openaiTranscriptions.parseAnswer({ headers: {}, body: Buffer.from('{"text":""}') }, request);
  expect(transcriptionsFamily.usageOf(result, request)?.media?.seconds).toBe(seconds);
});
