import { measureAudio } from '../../media-files/measure-audio.ts';
import { countTokens, splitTokens } from '../../replies/count-tokens.ts';
import { jsonAnswer, streamAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { type JsonObject, readString } from '../../wire/read-json.ts';
import { either, flag, list, nullable, numberIn, oneOf, record, text } from '../../wire/shape.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import type { MediaHandler } from './media-question.ts';
import { readFields } from './read-body.ts';
import { segmentsOf } from './render-transcript.ts';

const granularity = oneOf('segment', 'word');

/** After `@mistralai/mistralai/esm/models/components/audiotranscriptionrequest.d.ts`. */
const shape = record({
  'model!': text,
  file_url: nullable(text),
  file_id: nullable(text),
  language: nullable(text),
  temperature: nullable(numberIn(0, 2)),
  stream: flag,
  diarize: flag,
  context_bias: either(text, list(text)),
  timestamp_granularities: either(granularity, list(granularity)),
});

const tokensPerSecond = 10;

/** Mistral's: what is heard is the script's text, else how long the recording is. It has one form, and events of its own. */
export const answerMistralTranscriptions: MediaHandler = ({ body: given, model, files, script, request }) => {
  const body = readFields(given, shape);
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const file = files.find(({ name }) => name === 'file');
  if (file === undefined) return complain('One of file, file_url or file_id must be given.', 'file');
  const seconds = measureAudio(file.bytes);
  if (seconds === undefined) return complain('Audio input could not be decoded.', 'file');
  const reply = script?.(request, 0);
  const scripted = readString(typeof reply === 'object' ? reply.content : reply);
  const said = scripted ?? `A recording of ${seconds.toFixed(1)} seconds.`;
  const wantsTimes = body.timestamp_granularities !== undefined;
  const spans = segmentsOf({ text: said, seconds });
  const segments = spans.map(
    (span): JsonObject => ({
      type: 'transcription_segment',
      ...span,
      ...(body.diarize === true ? { speaker_id: 'speaker_1' } : {}),
    }),
  );
  const language = readString(body.language) ?? null;
  const whole: JsonObject = {
    model,
    text: said,
    language,
    segments: wantsTimes ? segments : [],
    usage: usageOf(said, seconds),
  };
  if (body.stream !== true) return jsonAnswer(200, whole);
  const deltas = wantsTimes
    ? segments.map((segment) => toEvent({ ...segment, type: 'transcription.segment' }))
    : splitTokens(said).map((piece) => toEvent({ type: 'transcription.text.delta', text: piece }));
  const first = toEvent({ type: 'transcription.language', audio_language: language ?? 'en' });
  return streamAnswer([first, ...deltas, toEvent({ ...whole, type: 'transcription.done' })], {});
};

function usageOf(said: string, seconds: number): JsonObject {
  const prompt = Math.ceil(seconds * tokensPerSecond);
  const completion = countTokens(said);
  return {
    prompt_audio_seconds: Math.ceil(seconds),
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

function toEvent(data: JsonObject): string {
  return `event: ${String(data.type)}\ndata: ${JSON.stringify(data)}\n\n`;
}
