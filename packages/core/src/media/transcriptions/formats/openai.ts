import { isObject, parseJson, protocolError } from '../../../dialects/shared/read.ts';
import type { TranscriptionRequest, TranscriptionResult } from '../../../protocol/audio.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, MediaStream, RenderedMedia } from '../../../protocol/media.ts';
import type { Usage } from '../../../protocol/usage.ts';
import { withMedia } from '../../shared/add-media.ts';
import { PassingEvents } from '../../shared/pass-events.ts';
import { parseUsage } from '../convert-usage.ts';
import { wavSeconds } from '../wav-seconds.ts';

/** OpenAI, Azure, Groq, and who takes what they take: the same form but for the model, and the answer as it comes. */
export const openaiTranscriptions: MediaFormat<TranscriptionRequest, TranscriptionResult> = {
  renderRequest,
  parseAnswer,
  // A page of a proxy's is no transcript.
  takesType: (type, { responseFormat = 'json' }) =>
    /^text\/(?:plain|vtt|srt)|^application\/x-subrip/.test(type) && !responseFormat.endsWith('json'),
  streaming: { asks: ({ stream }) => stream, open: (request) => new PassingTranscript(request) },
};

function renderRequest({ form: { fields, files } }: TranscriptionRequest, model: string): RenderedMedia {
  const told = fields.map(([name, value]) => [name, name === 'model' ? model : value] as const);
  return { form: { fields: told, files }, dropped: [] };
}

function parseAnswer({ headers, body }: MediaAnswer): TranscriptionResult {
  const type = headers['content-type'] ?? 'application/json';
  const answer = /\bjson\b/.test(type) ? parseJson(body.toString('utf8')) : {};
  if (!isObject(answer)) throw protocolError('the answer is not a JSON object');
  const usage = parseUsage(answer);
  return { kind: 'written', type, body, ...(usage && { usage }) };
}

class PassingTranscript extends PassingEvents implements MediaStream {
  readonly #told: { readonly done?: JsonObject };
  readonly #request: TranscriptionRequest;

  constructor(request: TranscriptionRequest) {
    const told: { done?: JsonObject } = {};
    super('transcript.text.done', (done) => {
      told.done = done;
    });
    this.#told = told;
    this.#request = request;
  }

  get usage(): Usage {
    const { done } = this.#told;
    return withMedia(done && parseUsage(done), { seconds: wavSeconds(this.#request.file) });
  }
}
