import { measureAudio } from '../../media-files/measure-audio.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { readList, readString } from '../../wire/read-json.ts';
import type { FormPart } from '../../wire/read-multipart.ts';
import { either, flag, list, map, numberIn, oneOf, record, text } from '../../wire/shape.ts';
import type { Complaint } from '../dialect.ts';
import { complain, wordProblem } from '../responses/word-problem.ts';
import type { MediaHandler, MediaQuestion } from './media-question.ts';
import { readFields } from './read-body.ts';
import {
  renderDiarized,
  renderSubtitles,
  renderVerbose,
  streamTranscript,
  type Transcript,
  usageOf,
} from './render-transcript.ts';

/** After `openai/resources/audio/transcriptions.d.ts` and `translations.d.ts`. */
const common = {
  'model!': text,
  prompt: text,
  response_format: oneOf('json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'),
  temperature: numberIn(0, 1),
};
const translationShape = record({
  ...common,
  response_format: oneOf('json', 'text', 'srt', 'verbose_json', 'vtt'),
});
const transcriptionShape = record({
  ...common,
  language: text,
  chunking_strategy: either(text, map),
  include: list(oneOf('logprobs')),
  known_speaker_names: list(text),
  known_speaker_references: list(text),
  languages: list(text),
  stream: flag,
  timestamp_granularities: list(oneOf('word', 'segment')),
});

/** What is heard: the script's text, else how long the recording is. */
export const answerTranscriptions: MediaHandler = (question) => answer(question, 'transcribe');
export const answerTranslations: MediaHandler = (question) => answer(question, 'translate');

function answer(question: MediaQuestion, task: Transcript['task']): PlannedAnswer | Complaint {
  const shape = task === 'transcribe' ? transcriptionShape : translationShape;
  const model = question.dialect.nameAnswer(question.model);
  const body = readFields(question.body, shape);
  const problem = checkShape(body, shape);
  if (problem !== undefined) return wordProblem(problem);
  const file = question.files.find(({ name }) => name === 'file');
  const format = readString(body.response_format) ?? 'json';
  if (file === undefined) return missingFile;
  const complaint = checkFile(file, model) ?? checkFormat(format, model);
  if (complaint !== undefined) return complaint;

  const seconds = measureAudio(file.bytes) ?? 0;
  const granularities = readList(body.timestamp_granularities);
  const transcript: Transcript = {
    task,
    seconds,
    text: scripted(question) ?? `A recording of ${seconds.toFixed(1)} seconds.`,
    isBilledByTime: !model.startsWith('gpt-'),
    words: granularities.includes('word'),
    segments: granularities.length === 0 || granularities.includes('segment'),
    logprobs: readList(body.include).includes('logprobs'),
    speakers: readList(body.known_speaker_names).map(String),
  };
  // Whisper cannot, and does not say so.
  if (body.stream === true && !model.startsWith('whisper')) {
    return streamAnswer(streamTranscript(transcript, format), {});
  }
  return render(transcript, format);
}

function render(transcript: Transcript, format: string): PlannedAnswer {
  switch (format) {
    case 'text':
      return plain(`${transcript.text}\n`);
    case 'srt':
    case 'vtt':
      return plain(renderSubtitles(transcript, format));
    case 'verbose_json':
      return jsonAnswer(200, renderVerbose(transcript));
    case 'diarized_json':
      return jsonAnswer(200, renderDiarized(transcript));
    default:
      return jsonAnswer(200, {
        text: transcript.text,
        ...(transcript.task === 'transcribe' ? { usage: usageOf(transcript) } : {}),
      });
  }
}

function plain(body: string): PlannedAnswer {
  return wholeAnswer(200, body, { 'content-type': 'text/plain; charset=utf-8' });
}

function scripted({ script, request }: MediaQuestion): string | undefined {
  const reply = script?.(request, 0);
  const content = typeof reply === 'object' ? reply.content : reply;
  return content === undefined || typeof content === 'string' ? content : [...content].join('');
}

const missingFile: Complaint = complain(
  "Missing required parameter: 'file'.",
  'file',
  'missing_required_parameter',
);

const extensions = ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'];

function refuse(message: string): Complaint {
  return { type: 'parameter-invalid', message, param: null, code: null };
}

/** As quoted in supershaneski/openai-whisper-api#5 and adamcohenhillel/ADeus#60. */
function checkFile({ filename = '', bytes }: FormPart, model: string): Complaint | undefined {
  if (!extensions.includes(filename.split('.').at(-1)?.toLowerCase() ?? '')) {
    return refuse(
      `Invalid file format. Supported formats: [${extensions.map((name) => `'${name}'`).join(', ')}]`,
    );
  }
  if (measureAudio(bytes) !== undefined) return undefined;
  return model.startsWith('gpt-')
    ? complain('Audio file might be corrupted or unsupported', 'file', 'invalid_value')
    : refuse('The audio file could not be decoded or its format is not supported.');
}

/** Newer models know fewer formats. */
function checkFormat(format: string, model: string): Complaint | undefined {
  const isDiarizing = model.includes('diarize');
  const known = !model.startsWith('gpt-')
    ? ['json', 'text', 'srt', 'verbose_json', 'vtt']
    : isDiarizing
      ? ['json', 'text', 'diarized_json']
      : ['json', 'text'];
  if (known.includes(format)) return undefined;
  const words = known.map((name) => `'${name}'`);
  return complain(
    `response_format '${format}' is not compatible with model '${model}'. Use ${words.slice(0, -1).join(', ')} or ${words.at(-1)} instead.`,
    'response_format',
    'unsupported_value',
  );
}
