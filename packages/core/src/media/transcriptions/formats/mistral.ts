import { defined, stringOf, wordOf } from '../../../dialects/shared/read.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../../../protocol/audio.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import { readObject } from '../../shared/read-json.ts';
import { invalidHere } from '../../shared/refuse.ts';
import { listOfField, untoldOf } from '../asked.ts';
import { parseUsage } from '../convert-usage.ts';
import { joinSegments, readSegments } from '../read-segments.ts';
import { hasTimes, transcriptFormat } from '../render-transcript.ts';
import { type TranscriptEvent, TranscriptStream } from '../transcript-stream.ts';

/** Mistral's `/v1/audio/transcriptions`, which answers in JSON only: `@mistralai/mistralai`, `audiotranscriptionrequest.d.ts`. */
export const mistralTranscriptions: MediaFormat<TranscriptionRequest, TranscriptionResult> = {
  renderRequest,
  parseAnswer,
  streaming: {
    asks: ({ stream }) => stream,
    sentType: () => 'text/event-stream',
    open: (request) => new TranscriptStream(request, parseEvent),
  },
};

/** As the caller gave them; lists under their plain name, time and again. */
const passed = ['language', 'temperature', 'context_bias', 'diarize', 'timestamp_granularities'];

function renderRequest(request: TranscriptionRequest, model: string): RenderedMedia {
  const format = transcriptFormat(request);
  if (request.stream && hasTimes(format))
    throw invalidHere('stream', 'this model streams with the response_format json or text only');
  const given = passed.flatMap((name) =>
    listOfField(request, name)
      .filter((value) => value !== '')
      .map((value): readonly [string, string] => [name, value]),
  );
  const missing = [
    ...(hasTimes(format) ? [['timestamp_granularities', 'segment'] as const] : []),
    ...(format === 'diarized_json' ? [['diarize', 'true'] as const] : []),
  ].filter(([name]) => !given.some(([known]) => known === name));
  const stream = request.stream ? [['stream', 'true'] as const] : [];
  return {
    form: {
      fields: [['model', model], ...given, ...missing, ...stream],
      files: [['file', request.file]],
    },
    dropped: untoldOf(request, passed),
  };
}

function parseAnswer(answer: MediaAnswer): TranscriptionResult {
  const body = readObject(answer);
  const segments = readSegments(body['segments']);
  const transcript = defined({
    text: stringOf(body['text']) ?? joinSegments(segments),
    language: wordOf(body['language']),
    segments,
  });
  const usage = parseUsage(body);
  return { kind: 'transcript', transcript, ...(usage && { usage }) };
}

/** `transcriptionstreamevents.d.ts` of the same. */
function parseEvent(data: JsonObject): TranscriptEvent {
  switch (data['type']) {
    case 'transcription.text.delta':
      return { delta: stringOf(data['text']) };
    case 'transcription.done':
      return { text: stringOf(data['text']), usage: parseUsage(data), isLast: true };
    default:
      return {};
  }
}
