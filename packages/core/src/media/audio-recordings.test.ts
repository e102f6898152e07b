import { Buffer } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answerOf, contextOf, jsonIn } from '../../test/media-world.ts';
import { onePiece } from '../http/one-piece.ts';
import { readForm } from '../http/read-form.ts';
import type { JsonObject } from '../protocol/json.ts';
import { mediaFamilies } from './families.ts';
import { mediaFormats } from './formats.ts';
import { wavHeader } from './speech/write-wav.ts';

const folder = new URL('../../../../../shared/fixtures/', import.meta.url);
/** Absent, these are skipped; never on a build server. */
const isThere = existsSync(folder) || process.env['CI'] === 'true';

interface Interaction {
  readonly request: {
    readonly headers: Record<string, string>;
    readonly body: JsonObject & { readonly multipart?: string };
  };
  readonly response: {
    readonly headers: Record<string, string>;
    readonly body: JsonObject;
    readonly base64: string;
  };
}

function read(name: string): Interaction {
  const { interactions }: { interactions: Interaction[] } = JSON.parse(
    readFileSync(new URL(`${name}.json`, folder), 'utf8'),
  );
  const [first] = interactions;
  if (first === undefined) throw new Error(`${name} holds nothing`);
  return first;
}

describe.skipIf(!isThere)('recordings of sound', () => {
  test('OpenAI is asked to speak as it was, and its sound passes byte for byte', async () => {
    const { request: asked, response } = read('openai/tts');
    const request = mediaFamilies.speech.parseRequest({ json: asked.body });
    const format = mediaFormats.speech.openai;
    const rendered = await format.renderRequest(request, 'gpt-4o-mini-tts');
    expect(rendered).toEqual({ json: asked.body, dropped: [] });
    const sound = Buffer.from(response.base64, 'base64');
    const stream = format.streaming?.open(request);
    expect(stream?.take(sound)).toEqual(sound);
    expect(stream?.end()).toHaveLength(0);
    expect(stream?.usage?.media).toEqual({ characters: 64 });
  });

  test("Gemini is asked to speak as it was, and its samples become OpenAI's WAV and PCM", async () => {
    const { request: asked, response } = read('gemini/tts');
    const parts = asked.body['contents'];
    const input = 'Ruby is a programming language designed for developer happiness.';
    expect(JSON.stringify(parts)).toContain(input);
    const request = mediaFamilies.speech.parseRequest({ json: { model: 'alias', input, voice: 'Kore' } });
    const format = mediaFormats.speech.gemini;
    const { model: _, ...body } = asked.body;
    expect(jsonIn(await format.renderRequest(request, 'gemini-2.5-flash-preview-tts'))).toEqual(body);
    const result = format.parseAnswer(answerOf(response.body), request);
    const wav = await mediaFamilies.speech.renderAnswer(result, request, contextOf());
    expect(wav.type).toBe('audio/wav');
    expect(wav.body.readUInt32LE(40)).toBe(wav.body.length - 44);
    expect(mediaFamilies.speech.usageOf(result, request)).toMatchObject({
      inputTokens: 11,
      outputTokens: 111,
      media: { audioOutputTokens: 111, characters: 64 },
    });
    const pieces = format.streaming?.open({ ...request, responseFormat: 'pcm' });
    const event = Buffer.from(`data: ${JSON.stringify(response.body)}\r\n\r\n`);
    expect(pieces?.take(event)).toEqual(wav.body.subarray(44));
    expect(pieces?.end()).toHaveLength(0);
  });

  test('a form that was sent to OpenAI is read, and its answer given as it came', async () => {
    const { request: asked, response } = read('openai/whisper');
    // The recording holds the beginning of the sound only, and what of its header is text.
    const header = wavHeader({ rate: 24_000 }, undefined).toString('latin1');
    const multipart = (asked.body.multipart ?? '').replace(/RIFFWAVEfmt .*?data/s, header);
    const [, boundary = ''] = /boundary=(.*)$/.exec(asked.headers['content-type'] ?? '') ?? [];
    const whole = Buffer.from(`${multipart}\r\n--${boundary}--\r\n`, 'latin1');
    const form = await readForm(onePiece(whole), { type: asked.headers['content-type'] ?? '', spool: false });
    expect(form.fields).toContainEqual(['model', 'whisper-1']);
    const request = mediaFamilies.transcriptions.parseRequest({ form });
    expect(request.file).toMatchObject({ name: 'ruby.wav', type: 'audio/wav' });
    const { headers, body } = response;
    const answer = { headers, body: Buffer.from(JSON.stringify(body)) };
    const result = mediaFormats.transcriptions.openai.parseAnswer(answer, request);
    const told = await mediaFamilies.transcriptions.renderAnswer(result, request, contextOf());
    expect(JSON.parse(told.body.toString())).toEqual(body);
    expect(mediaFamilies.transcriptions.usageOf(result, request)?.media?.seconds).toBe(4);
  });
});
