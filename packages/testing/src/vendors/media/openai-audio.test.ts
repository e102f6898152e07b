import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../test/catch-failure.ts';
import { type SimulatedUpstream, simulatedAzureOpenAI, simulatedOpenAI } from '../../index.ts';
import { makeSpeech, speechFormats } from '../../media-files/make-speech.ts';
import { makeWav, readWavSeconds } from '../../media-files/make-wav.ts';

function clientOf({ baseURL }: SimulatedUpstream): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'sk-any', maxRetries: 0 });
}

const recording: Promise<File> = toFile(makeWav({ seconds: 4 }), 'speech.wav', { type: 'audio/wav' });

describe('speech', () => {
  const wish = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Ruby is a programming language.' };

  test.each([
    ['mp3', 'audio/mpeg', /^\xff\xf3/],
    ['opus', 'audio/opus', /^OggS/],
    ['aac', 'audio/aac', /^\xff\xf1/],
    ['flac', 'audio/flac', /^fLaC/],
    ['wav', 'audio/wav', /^RIFF/],
    ['pcm', 'audio/pcm', /^/],
  ] as const)('comes as %s, in chunks', async (response_format, type, beginning) => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).audio.speech.create({ ...wish, response_format });
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    const bytes = await answer.bytes();
    expect(Buffer.from(bytes).toString('latin1', 0, 8)).toMatch(beginning);
    expect(bytes.length).toBeGreaterThan(100);
  });

  test('half the speed takes twice the time', async () => {
    await using upstream = await simulatedOpenAI();
    const lengths = [1, 0.5].map(async (speed) => {
      const answer = await clientOf(upstream).audio.speech.create({ ...wish, speed, response_format: 'wav' });
      return readWavSeconds(await answer.bytes()) ?? 0;
    });
    const [usual = 0, slow] = await Promise.all(lengths);
    expect(slow).toBeCloseTo(usual * 2, 3);
  });

  test('events hold the same bytes, and end with the usage', async () => {
    await using upstream = await simulatedOpenAI();
    const { speech } = clientOf(upstream).audio;
    const [plain, events] = await Promise.all([
      speech.create(wish),
      speech.create({ ...wish, stream_format: 'sse' }),
    ]);
    const parsed = [...(await events.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data = '']): { type: string; audio?: string } => JSON.parse(data),
    );
    const audio = Buffer.concat(parsed.map((event) => Buffer.from(event.audio ?? '', 'base64')));
    expect(audio).toEqual(Buffer.from(await plain.arrayBuffer()));
    expect(parsed.at(-1)).toMatchObject({ type: 'speech.audio.done', usage: { input_tokens: 7 } });
  });

  test.each([
    [{ voice: 'nobody' }, /'nova', 'shimmer', .* or 'cedar'/],
    [{ model: 'tts-1', voice: 'cedar' }, /'sage' or 'coral'/],
    [{ speed: 5 }, /'speed'.*<= 4/],
    [{ response_format: 'ogg' as 'mp3' }, /Supported values are: 'mp3', 'opus'/],
    [{ model: 'tts-1', stream_format: 'sse' as const }, /stream_format/],
    [{ input: 'x'.repeat(4097) }, /maximum length 4096/],
    [{ input: '' }, /minimum length 1/],
  ])('%j is refused with what is allowed', async (extra, message) => {
    await using upstream = await simulatedOpenAI();
    const error = await failure(clientOf(upstream).audio.speech.create({ ...wish, ...extra }));
    expect(error).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });
});

test('Azure takes the model from the path', async () => {
  const deployments = { ear: 'gpt-4o-transcribe', mouth: 'tts-1' };
  await using upstream = await simulatedAzureOpenAI({ deployments });
  const clientFor = (deployment: string): AzureOpenAI =>
    new AzureOpenAI({
      endpoint: upstream.origin,
      deployment,
      apiKey: 'k',
      apiVersion: '2025-04-01-preview',
      maxRetries: 0,
    });
  const { usage } = await clientFor('ear').audio.transcriptions.create({
    model: 'ear',
    file: await recording,
  });
  expect(usage?.type).toBe('tokens');
  const { speech } = clientFor('mouth').audio;
  const wish = { model: 'mouth', input: 'Hello', voice: 'alloy' };
  expect((await speech.create(wish)).headers.get('content-type')).toBe('audio/mpeg');
  expect(await failure(speech.create({ ...wish, voice: 'cedar' }))).toMatchObject({ status: 400 });
  expect(await failure(clientFor('ear').moderations.create({ input: 'x' }))).toMatchObject({ status: 404 });
});

describe('transcriptions', () => {
  test('whisper bills by the second', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => 'Ruby is a language.' });
    const answer = await clientOf(upstream).audio.transcriptions.create({
      model: 'whisper-1',
      file: await recording,
    });
    expect(answer).toEqual({ text: 'Ruby is a language.', usage: { type: 'duration', seconds: 4 } });
  });

  test('newer models bill by the token', async () => {
    await using upstream = await simulatedOpenAI();
    const answer = await clientOf(upstream).audio.transcriptions.create({
      model: 'gpt-4o-transcribe',
      file: await recording,
    });
    expect(answer.text).toBe('A recording of 4.0 seconds.');
    expect(answer.usage).toMatchObject({ type: 'tokens', input_token_details: { audio_tokens: 40 } });
  });

  test('every format is told as the SDK takes it', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => 'One. Two.' });
    const { transcriptions } = clientOf(upstream).audio;
    const wish = { model: 'whisper-1', file: await recording } as const;
    expect(await transcriptions.create({ ...wish, response_format: 'text' })).toBe('One. Two.\n');
    expect(await transcriptions.create({ ...wish, response_format: 'srt' })).toBe(
      '1\n00:00:00,000 --> 00:00:02,000\nOne.\n\n2\n00:00:02,000 --> 00:00:04,000\nTwo.\n\n',
    );
    expect(await transcriptions.create({ ...wish, response_format: 'vtt' })).toMatch(
      /^WEBVTT\n\n00:00:00\.000 --> 00:00:02\.000\nOne\./,
    );
    const verbose = await transcriptions.create({
      ...wish,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    expect(verbose).toMatchObject({
      duration: 4,
      language: 'english',
      segments: [{ id: 0, end: 2 }, { id: 1 }],
    });
    expect(verbose.words).toEqual([
      { word: 'One.', start: 0, end: 2 },
      { word: 'Two.', start: 2, end: 4 },
    ]);
    const diarized = await transcriptions.create({
      ...wish,
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
      chunking_strategy: { type: 'server_vad' },
      known_speaker_names: ['Ann', 'Bob'],
    });
    expect(diarized).toMatchObject({ segments: [{ speaker: 'Ann' }, { speaker: 'Bob' }] });
  });

  test('a stream is the text in pieces, with probabilities if they are wanted', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => 'One two three.' });
    const stream = await clientOf(upstream).audio.transcriptions.create({
      model: 'gpt-4o-mini-transcribe',
      file: await recording,
      stream: true,
      include: ['logprobs'],
    });
    let text = '';
    for await (const event of stream) {
      if (event.type === 'transcript.text.delta') text += event.delta;
      if (event.type !== 'transcript.text.done') continue;
      expect(event).toMatchObject({ text: 'One two three.', usage: { output_tokens: 4 } });
      expect(event.logprobs).toHaveLength(4);
    }
    expect(text).toBe('One two three.');
  });

  test('the model may come after the file', async () => {
    await using upstream = await simulatedOpenAI();
    const form = new FormData();
    form.append('file', await recording);
    form.append('model', 'whisper-1');
    const answer = await fetch(`${upstream.baseURL}/audio/transcriptions`, { method: 'POST', body: form });
    expect(await answer.json()).toMatchObject({ text: 'A recording of 4.0 seconds.' });
  });

  test('a translation is English text without usage', async () => {
    await using upstream = await simulatedOpenAI({ answer: () => 'Hello.' });
    const wish = { model: 'whisper-1', file: await recording };
    expect(await clientOf(upstream).audio.translations.create(wish)).toEqual({ text: 'Hello.' });
  });

  test.each(speechFormats.filter((format) => format !== 'pcm'))('hears %s', async (format) => {
    await using upstream = await simulatedOpenAI();
    const name = format === 'opus' ? 'a.ogg' : format === 'aac' ? 'a.m4a' : `a.${format}`;
    const file = await toFile(makeSpeech(format, { seconds: 1 }), name);
    const answer = await clientOf(upstream).audio.transcriptions.create({ model: 'whisper-1', file });
    expect(answer.text).toContain('A recording of');
  });

  test.each([
    ['whisper-1', 'a.txt', /^400 Invalid file format\. Supported formats: \['flac'/],
    ['whisper-1', 'a.wav', /^400 The audio file could not be decoded/],
    ['gpt-4o-transcribe', 'a.wav', /^400 Audio file might be corrupted/],
  ])('%s refuses text that is called %s', async (model, name, message) => {
    await using upstream = await simulatedOpenAI();
    const file = await toFile(Buffer.from('This is text.'), name);
    const error = await failure(clientOf(upstream).audio.transcriptions.create({ model, file }));
    expect(error).toMatchObject({ status: 400, message: expect.stringMatching(message) });
  });

  test('a format that the model lacks is refused with those that it has', async () => {
    await using upstream = await simulatedOpenAI();
    const error = await failure(
      clientOf(upstream).audio.transcriptions.create({
        model: 'gpt-4o-transcribe',
        file: await recording,
        response_format: 'srt',
      }),
    );
    expect(error).toMatchObject({ status: 400, param: 'response_format', code: 'unsupported_value' });
  });

  test('a form that is cut, and one without a file, are refused', async () => {
    await using upstream = await simulatedOpenAI();
    const send = async (body: string): Promise<number> => {
      const headers = { 'content-type': 'multipart/form-data; boundary=b' };
      return (await fetch(`${upstream.baseURL}/audio/transcriptions`, { method: 'POST', headers, body }))
        .status;
    };
    const model = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n';
    expect(await send(`${model}--b--`)).toBe(400);
    expect(await send(model)).toBe(400);
    expect(upstream.requests).toHaveLength(2);
  });
});
