import {
  defined,
  isObject,
  parseJson,
  protocolError,
  stringOf,
  wordOf,
} from '../../../dialects/shared/read.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../../../protocol/audio.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { readBase64 } from '../../images/read-picture.ts';
import { countedIn, cutOff, filteredBy, finishOf, partsOf } from '../../shared/read-gemini.ts';
import { readObject } from '../../shared/read-json.ts';
import { invalidHere } from '../../shared/refuse.ts';
import { listOfField, untoldOf } from '../asked.ts';
import { joinSegments, readSegments } from '../read-segments.ts';
import { hasTimes, transcriptFormat } from '../render-transcript.ts';
import { sniffAudio } from '../sniff-audio.ts';
import { TranscriptStream } from '../transcript-stream.ts';

/** Google's models hear, and write down what they hear if they are told to: https://ai.google.dev/gemini-api/docs/audio. */
export const geminiTranscriptions: MediaFormat<TranscriptionRequest, TranscriptionResult> = {
  renderRequest,
  parseAnswer,
  streaming: {
    asks: ({ stream }) => stream,
    sentType: () => 'text/event-stream',
    open: (request) =>
      new TranscriptStream(request, (body) => {
        refuseBroken(body);
        const isLast = finishOf(body) !== undefined;
        return { delta: textIn(body), usage: countedIn(body), isLast };
      }),
  },
};

/** Bytes that go into a request as they are: https://ai.google.dev/gemini-api/docs/audio#inline-audio. */
const limit = 20_971_520;

async function renderRequest(request: TranscriptionRequest): Promise<RenderedMedia> {
  const format = transcriptFormat(request);
  if (request.stream && hasTimes(format))
    throw invalidHere('stream', 'this model streams with the response_format json or text only');
  const inlineData = await sound(request);
  const generationConfig = defined({
    temperature: request.temperature,
    ...(hasTimes(format)
      ? { responseMimeType: 'application/json', responseSchema: schema(format === 'diarized_json') }
      : {}),
  });
  return {
    json: {
      contents: [{ role: 'user', parts: [{ inlineData }, { text: instruction(request) }] }],
      generationConfig,
    },
    dropped: untoldOf(request, ['language', 'prompt', 'temperature', ...granularities(request)]),
  };
}

/** Segments are what it has; who wants words is told that there are none. */
function granularities(request: TranscriptionRequest): readonly string[] {
  const asked = listOfField(request, 'timestamp_granularities');
  const isGiven = hasTimes(transcriptFormat(request)) && asked.every((one) => one === 'segment');
  return isGiven ? ['timestamp_granularities'] : [];
}

async function sound({ file }: TranscriptionRequest): Promise<JsonObject> {
  if (file.size > limit)
    throw invalidHere('file', `it has ${file.size} bytes; this model takes at most ${limit} in one request`);
  const mimeType = sniffAudio(file) ?? (/^(?:audio|video)\//.test(file.type) ? file.type : undefined);
  if (mimeType === undefined)
    throw invalidHere('file', 'this model takes flac, mp3, mp4, m4a, ogg, wav, webm, aac, aiff');
  return { mimeType, data: await readBase64(file) };
}

function instruction(request: TranscriptionRequest): string {
  const { operation, language, prompt } = request;
  const format = transcriptFormat(request);
  const lines = [
    operation === 'translations'
      ? 'Translate what is said in this recording into English. Give the translation and nothing else.'
      : 'Write down what is said in this recording, word for word and in the language that is spoken. Give the transcript and nothing else.',
    language === undefined ? '' : `The language that is spoken: ${language}.`,
    prompt === undefined ? '' : `What was said before, or names and words to expect:\n${prompt}`,
    hasTimes(format)
      ? 'Divide it into segments of about a sentence each. The start and end of a segment are in seconds from the beginning of the recording, with one decimal.'
      : '',
    format === 'diarized_json'
      ? 'Begin a new segment whenever the speaker changes. Call the speakers A, B, C and so on.'
      : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function schema(withSpeakers: boolean): JsonObject {
  const times = { start: { type: 'NUMBER' }, end: { type: 'NUMBER' } };
  const properties = {
    ...times,
    ...(withSpeakers ? { speaker: { type: 'STRING' } } : {}),
    text: { type: 'STRING' },
  };
  const segment = { type: 'OBJECT', properties, required: Object.keys(properties) };
  return {
    type: 'OBJECT',
    properties: { language: { type: 'STRING' }, segments: { type: 'ARRAY', items: segment } },
    required: ['segments'],
  };
}

function parseAnswer(answer: MediaAnswer, request: TranscriptionRequest): TranscriptionResult {
  const body = readObject(answer);
  refuseBroken(body);
  const finish = finishOf(body);
  if (finish === undefined) throw protocolError('the answer has no candidates');
  const usage = countedIn(body);
  const text = textIn(body);
  const transcript = hasTimes(transcriptFormat(request)) ? readTimes(text, finish) : { text: text.trim() };
  return { kind: 'transcript', transcript, ...(usage && { usage }) };
}

/** Half of what was said is no transcript. */
function refuseBroken(body: JsonObject): void {
  const error = filteredBy(body) ?? cutOff(body);
  if (error !== undefined) throw error;
}

function readTimes(
  text: string,
  finish: string,
): (TranscriptionResult & { kind: 'transcript' })['transcript'] {
  const told = parseJson(text.replace(/^\s*```\w*\n|\n```\s*$/g, ''));
  if (!isObject(told)) throw protocolError(`the transcript is not the JSON that was asked for (${finish})`);
  const segments = readSegments(told['segments']);
  return defined({ text: joinSegments(segments), language: wordOf(told['language']), segments });
}

function textIn(body: JsonObject): string {
  return partsOf(body)
    .map(({ text }) => stringOf(text) ?? '')
    .join('');
}
