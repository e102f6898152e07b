import type { TranscriptionRequest, TranscriptionResult } from '../../protocol/audio.ts';
import type { MediaFamily } from '../../protocol/media.ts';
import { withMedia } from '../shared/add-media.ts';
import { parseRequest } from './parse-request.ts';
import { renderTranscript } from './render-transcript.ts';
import { wavSeconds } from './wav-seconds.ts';

function family(
  operation: TranscriptionRequest['operation'],
): MediaFamily<TranscriptionRequest, TranscriptionResult> {
  return {
    parseRequest: (body) => parseRequest(body, operation),
    renderAnswer: (result, request) =>
      result.kind === 'written'
        ? { type: result.type, body: result.body }
        : renderTranscript(result.transcript, request, result.usage),
    usageOf: ({ usage }, request) => withMedia(usage, { seconds: wavSeconds(request.file) }),
  };
}

/** `/v1/audio/transcriptions`: https://platform.openai.com/docs/api-reference/audio/createTranscription. */
export const transcriptionsFamily: MediaFamily<TranscriptionRequest, TranscriptionResult> =
  family('transcriptions');

/** `/v1/audio/translations`, into English: https://platform.openai.com/docs/api-reference/audio/createTranslation. */
export const translationsFamily: MediaFamily<TranscriptionRequest, TranscriptionResult> =
  family('translations');
