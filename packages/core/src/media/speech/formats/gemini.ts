import { defined, protocolError, stringOf } from '../../../dialects/shared/read.ts';
import { wantObject } from '../../../dialects/shared/want.ts';
import type { SpeechRequest, SpeechResult } from '../../../protocol/audio.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { nameUntold } from '../../shared/name-untold.ts';
import { countedIn, cutOff, filteredBy, finishOf } from '../../shared/read-gemini.ts';
import { readObject } from '../../shared/read-json.ts';
import { invalidHere } from '../../shared/refuse.ts';
import { GeminiSpeech } from '../gemini-speech.ts';
import { geminiVoice } from '../gemini-voices.ts';
import { soundIn } from '../read-sound.ts';
import { wavHeader } from '../write-wav.ts';

/**
 * Google's models that speak, by `:generateContent`: https://ai.google.dev/gemini-api/docs/speech-generation. They answer with
 * samples, so that PCM and WAV can be had and nothing that needs an encoder.
 */
export const geminiSpeech: MediaFormat<SpeechRequest, SpeechResult> = {
  renderRequest,
  parseAnswer,
  streaming: {
    // A WAV file that nobody wants in pieces is made whole: its header tells its length, and players want to know.
    asks: (request) => request.streamFormat !== undefined || formatOf(request) === 'pcm',
    sentType: (request) => (request.streamFormat === 'sse' ? 'text/event-stream' : typeOf(request)),
    open: (request) => new GeminiSpeech(formatOf(request), request),
  },
};

const formats = ['wav', 'pcm'] as const;
type Format = (typeof formats)[number];

/** Google takes all of `speech_config` as it is, for two speakers say; then it knows the voices. */
const passed = ['speech_config', 'temperature'];

function renderRequest(request: SpeechRequest): RenderedMedia {
  const { input, instructions, responseFormat, speed, extra } = request;
  formatOf(request);
  const given = wantObject(extra?.['speech_config'], 'speech_config');
  const voice = given === undefined ? geminiVoice(request) : undefined;
  const speechConfig =
    given ?? (voice && { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice.name } } });
  const generationConfig = defined({
    responseModalities: ['AUDIO'],
    speechConfig,
    temperature: extra?.['temperature'],
  });
  const text =
    instructions === undefined ? input : `Say the text below in this way: ${instructions}\n\n${input}`;
  const asked = { speed, voice: given === undefined ? undefined : request.voice, ...extra };
  const adjusted = [
    ...(responseFormat === undefined ? ['response_format: mp3 -> wav'] : []),
    ...(voice?.isOther === true ? [`voice: ${stringOf(request.voice)} -> ${voice.name}`] : []),
  ];
  return {
    json: { contents: [{ role: 'user', parts: [{ text }] }], generationConfig },
    dropped: nameUntold(asked, passed),
    adjusted,
  };
}

/** @throws GatewayError `VE_PARAMETER_INVALID` for what would need an encoder */
function formatOf({ responseFormat }: SpeechRequest): Format {
  // OpenAI's own default is MP3: who has not asked for it can use what can be had, and is told.
  if (responseFormat === undefined) return 'wav';
  const format = formats.find((one) => one === responseFormat);
  if (format === undefined)
    throw invalidHere(
      'response_format',
      `this model makes no ${responseFormat}; it makes ${formats.join(', ')}`,
    );
  return format;
}

function typeOf(request: SpeechRequest): string {
  return `audio/${formatOf(request)}`;
}

function parseAnswer(answer: MediaAnswer, request: SpeechRequest): SpeechResult {
  const body = readObject(answer);
  const pieces = soundIn(body);
  const [first] = pieces;
  if (first === undefined)
    throw filteredBy(body) ?? protocolError(`nothing was said (${finishOf(body) ?? 'no candidates'})`);
  const cut = cutOff(body);
  if (cut !== undefined) throw cut;
  const samples = Buffer.concat(pieces.map(({ data }) => data));
  const header = formatOf(request) === 'wav' ? [wavHeader(first, samples.length)] : [];
  return defined({
    type: typeOf(request),
    bytes: Buffer.concat([...header, samples]),
    usage: countedIn(body),
  });
}
