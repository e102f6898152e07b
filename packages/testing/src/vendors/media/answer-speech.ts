import {
  isSpeechFormat,
  makeSpeech,
  type SpeechFormat,
  speechFormats,
} from '../../media-files/make-speech.ts';
import { countTokens } from '../../replies/count-tokens.ts';
import { type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, readNumber, readString } from '../../wire/read-json.ts';
import { either, numberIn, oneOf, record, text, textUpTo } from '../../wire/shape.ts';
import type { Complaint } from '../dialect.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import type { MediaQuestion } from './media-question.ts';

/** After `openai/resources/audio/speech.d.ts`. */
const shape = record({
  'model!': text,
  'input!': textUpTo(4096),
  'voice!': either(text, record({ 'id!': text })),
  instructions: text,
  response_format: oneOf(...speechFormats),
  speed: numberIn(0.25, 4),
  stream_format: oneOf('sse', 'audio'),
});

const voices = ['nova', 'shimmer', 'echo', 'onyx', 'fable', 'alloy', 'ash', 'sage', 'coral'];
const newerVoices = [...voices, 'ballad', 'verse', 'marin', 'cedar'];

const contentTypes: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

/** Bytes per chunk of the answer. */
const chunkSize = 4096;
const tokensPerSecond = 20;

/** A tone or silence of about the length that reading takes, in chunks, or base64 in events. */
export function answerSpeech({ body, dialect, model }: MediaQuestion): PlannedAnswer | Complaint {
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const known = dialect.nameAnswer(model);
  const input = readString(body.input) ?? '';
  const isOld = known.startsWith('tts-1');
  if (input === '') return wordInput();
  if (body.stream_format === 'sse' && isOld) {
    return complain(
      "Unsupported value: 'stream_format' does not support 'sse' with this model.",
      'stream_format',
      'unsupported_value',
    );
  }
  const isOpenAI = isOld || /^gpt-.*tts/.test(known);
  const complaint = isOpenAI ? checkVoice(body.voice, isOld ? voices : newerVoices) : undefined;
  if (complaint !== undefined) return complaint;

  const seconds = lengthOfSpeech(input, readNumber(body.speed) ?? 1);
  const format = readString(body.response_format) ?? 'mp3';
  const bytes = makeSpeech(isSpeechFormat(format) ? format : 'mp3', { seconds, pitch: pitchOf(body.voice) });
  const pieces = cut(bytes);
  if (body.stream_format !== 'sse') {
    const type = contentTypes[isSpeechFormat(format) ? format : 'mp3'];
    return { status: 200, headers: { 'content-type': type }, events: pieces, streamed: false };
  }
  const usage = { input_tokens: countTokens(input), output_tokens: Math.ceil(seconds * tokensPerSecond) };
  return streamAnswer(
    [
      ...pieces.map((piece) => toEvent({ type: 'speech.audio.delta', audio: piece.toString('base64') })),
      toEvent({
        type: 'speech.audio.done',
        usage: { ...usage, total_tokens: usage.input_tokens + usage.output_tokens },
      }),
    ],
    {},
  );
}

/** Seconds that reading takes; never more than half a minute, to keep the files small. */
export function lengthOfSpeech(input: string, speed: number): number {
  return Math.min(30, Math.max(0.25, (countTokens(input) * 0.3) / speed));
}

/** Each voice has its own. Hz. */
export function pitchOf(voice: unknown): number {
  const name = readString(voice) ?? '';
  return 220 + ((name.charCodeAt(0) || 0) % 16) * 20;
}

function cut(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / chunkSize);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
}

function toEvent(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

function wordInput(): Complaint {
  return complain(
    "Invalid 'input': string too short. Expected a string with minimum length 1, but got an empty string instead.",
    'input',
    'string_below_min_length',
  );
}

/** In the words of the framework behind it, as quoted in openai/openai-node#1284. */
function checkVoice(voice: unknown, known: readonly string[]): Complaint | undefined {
  const name = readString(voice);
  if (isJsonObject(voice) || name === undefined || known.includes(name)) return undefined;
  const words = known.map((word) => `'${word}'`);
  const expected = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  const message = `[{'type': 'enum', 'loc': ('body', 'voice'), 'msg': "Input should be ${expected}", 'input': '${name}', 'ctx': {'expected': "${expected}"}}]`;
  return { type: 'parameter-invalid', message, param: null, code: null };
}
