import { defined } from '../../dialects/shared/read.ts';
import type { Transcript, TranscriptionRequest, TranscriptSegment } from '../../protocol/audio.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { RenderedAnswer } from '../../protocol/media.ts';
import type { Usage } from '../../protocol/usage.ts';
import { invalidHere } from '../shared/refuse.ts';
import { renderUsage } from './convert-usage.ts';
import { wavSeconds } from './wav-seconds.ts';

const formats = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'] as const;
export type TranscriptFormat = (typeof formats)[number];

/** In which the caller wants it. @throws GatewayError `VE_PARAMETER_INVALID` that names those there are */
export function transcriptFormat({ responseFormat = 'json' }: TranscriptionRequest): TranscriptFormat {
  const format = formats.find((one) => one === responseFormat);
  if (format === undefined)
    throw invalidHere('response_format', `it must be one of ${formats.join(', ')} for this model`);
  return format;
}

/** Whether the format tells when something was said. */
export function hasTimes(format: TranscriptFormat): boolean {
  return format !== 'json' && format !== 'text';
}

export function renderTranscript(
  transcript: Transcript,
  request: TranscriptionRequest,
  usage: Usage | undefined,
): RenderedAnswer {
  return writers[transcriptFormat(request)](transcript, request, usage);
}

type Writer = typeof renderTranscript;

const plain = 'text/plain; charset=utf-8';

const writers: Readonly<Record<TranscriptFormat, Writer>> = {
  json: ({ text }, _request, usage) => toJson(defined({ text, usage: renderUsage(usage) })),
  text: ({ text }) => ({ type: plain, body: Buffer.from(`${text}\n`) }),
  srt: ({ segments = [] }) => ({ type: plain, body: Buffer.from(segments.map(renderSrt).join('')) }),
  vtt: ({ segments = [] }) => ({
    type: 'text/vtt; charset=utf-8',
    body: Buffer.from(`WEBVTT\n\n${segments.map(renderVtt).join('')}`),
  }),
  verbose_json: (transcript, request, usage) => toJson(verbose(transcript, request, usage)),
  diarized_json: (transcript, request, usage) => toJson(diarized(transcript, request, usage)),
};

function toJson(answer: JsonObject): RenderedAnswer {
  return { type: 'application/json', body: Buffer.from(JSON.stringify(answer)) };
}

/** What a vendor does not measure, such as how sure it is of a segment, is left out. */
function verbose(
  transcript: Transcript,
  request: TranscriptionRequest,
  usage: Usage | undefined,
): JsonObject {
  const { text, language = request.language, segments = [] } = transcript;
  return defined({
    task: request.operation === 'translations' ? 'translate' : 'transcribe',
    language,
    duration: durationOf(transcript, request),
    text,
    segments: segments.map(({ start, end, text: said }, id) => ({ id, start, end, text: said })),
    usage: renderUsage(usage),
  });
}

function diarized(
  transcript: Transcript,
  request: TranscriptionRequest,
  usage: Usage | undefined,
): JsonObject {
  const { text, segments = [] } = transcript;
  return defined({
    task: 'transcribe',
    duration: durationOf(transcript, request),
    text,
    segments: segments.map(({ start, end, text: said, speaker = 'A' }, index) => ({
      type: 'transcript.text.segment',
      id: `seg_${String(index + 1).padStart(3, '0')}`,
      start,
      end,
      text: said,
      speaker,
    })),
    usage: renderUsage(usage),
  });
}

/** Of the recording where that can be seen, else of what was said. */
function durationOf({ segments = [] }: Transcript, { file }: TranscriptionRequest): number {
  return wavSeconds(file) ?? Math.max(0, ...segments.map(({ end }) => end));
}

function renderSrt({ start, end, text }: TranscriptSegment, index: number): string {
  return `${index + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${line(text)}\n\n`;
}

function renderVtt({ start, end, text }: TranscriptSegment): string {
  return `${clock(start, '.')} --> ${clock(end, '.')}\n${line(text)}\n\n`;
}

/** An empty line would end the subtitle. */
function line(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, '\n')
    .replaceAll('-->', '->');
}

/** `00:01:02,500` */
function clock(seconds: number, point: string): string {
  const milliseconds = Math.round(seconds * 1_000);
  const part = (unit: number, size: number, digits = 2): string =>
    String(Math.floor(milliseconds / unit) % size).padStart(digits, '0');
  const hours = String(Math.floor(milliseconds / 3_600_000)).padStart(2, '0');
  return `${hours}:${part(60_000, 60)}:${part(1_000, 60)}${point}${part(1, 1_000, 3)}`;
}
