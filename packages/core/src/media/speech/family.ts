import { defined, invalid, restOf } from '../../dialects/shared/read.ts';
import { need, wantName, wantNumber, wantObject, wantString, wantWord } from '../../dialects/shared/want.ts';
import type { SpeechRequest, SpeechResult } from '../../protocol/audio.ts';
import type { Json } from '../../protocol/json.ts';
import type { MediaBody, MediaFamily } from '../../protocol/media.ts';
import { withMedia } from '../shared/add-media.ts';
import { jsonOf } from '../shared/read-json.ts';
import { charactersOf } from './count-characters.ts';

/** `/v1/audio/speech`: https://platform.openai.com/docs/api-reference/audio/createSpeech. */
export const speechFamily: MediaFamily<SpeechRequest, SpeechResult> = {
  parseRequest,
  renderAnswer: ({ type, bytes }) => ({ type, body: bytes }),
  usageOf: ({ usage }, request) => withMedia(usage, { characters: charactersOf(request) }),
};

const known = ['model', 'input', 'voice', 'instructions', 'response_format', 'speed', 'stream_format'];

function parseRequest(wire: MediaBody): SpeechRequest {
  const body = jsonOf(wire);
  const input = need(wantString(body['input'], 'input'), 'input');
  if (input === '') throw invalid('input', 'it is empty');
  return defined({
    model: need(wantName(body['model'], 'model'), 'model'),
    input,
    voice: parseVoice(body['voice']),
    instructions: wantString(body['instructions'], 'instructions'),
    responseFormat: wantName(body['response_format'], 'response_format'),
    speed: wantNumber(body['speed'], 'speed'),
    streamFormat: wantWord(body['stream_format'], ['audio', 'sse'], 'stream_format'),
    extra: restOf(body, known),
  });
}

function parseVoice(voice: Json | undefined): SpeechRequest['voice'] {
  if (voice === undefined || voice === null || typeof voice === 'string') return wantName(voice, 'voice');
  const { id } = wantObject(voice, 'voice') ?? {};
  return { id: need(wantName(id, 'voice.id'), 'voice.id') };
}
