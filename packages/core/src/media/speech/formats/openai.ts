import {
  countOf,
  defined,
  isObject,
  objectOf,
  parseJson,
  protocolError,
} from '../../../dialects/shared/read.ts';
import type { SpeechRequest, SpeechResult } from '../../../protocol/audio.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, MediaStream, RenderedMedia } from '../../../protocol/media.ts';
import type { Usage } from '../../../protocol/usage.ts';
import { withMedia } from '../../shared/add-media.ts';
import { PassingEvents } from '../../shared/pass-events.ts';
import { charactersOf } from '../count-characters.ts';

/** OpenAI, Azure, and who takes what they take; the sound flows to the caller as it comes. */
export const openaiSpeech: MediaFormat<SpeechRequest, SpeechResult> = {
  renderRequest,
  parseAnswer,
  streaming: { asks: () => true, open },
};

function renderRequest(request: SpeechRequest, model: string): RenderedMedia {
  const { input, voice, instructions, responseFormat, speed, streamFormat, extra } = request;
  const told = {
    input,
    voice,
    instructions,
    response_format: responseFormat,
    speed,
    stream_format: streamFormat,
  };
  return { json: defined({ ...extra, model, ...told }), dropped: [] };
}

function parseAnswer({ headers, body }: MediaAnswer): SpeechResult {
  const type = headers['content-type'] ?? 'application/octet-stream';
  if (body.length === 0 || isObject(parseJson(body.toString('utf8', 0, 4_096))))
    throw protocolError('the answer is no sound');
  return { type, bytes: body };
}

function open(request: SpeechRequest): MediaStream {
  return request.streamFormat === 'sse' ? new SpeechEvents(request) : new SpeechBytes(request);
}

const nothing = Buffer.alloc(0);

/** Only the end of the HTTP message tells that it is over; what was said is known. */
class SpeechBytes implements MediaStream {
  readonly usage: Usage;

  constructor(request: SpeechRequest) {
    this.usage = withMedia(undefined, { characters: charactersOf(request) });
  }

  take(chunk: Buffer): Buffer {
    return chunk;
  }

  isComplete(): boolean {
    return false;
  }

  end(): Buffer {
    return nothing;
  }

  breakOff(): undefined {
    return undefined;
  }
}

class SpeechEvents extends PassingEvents implements MediaStream {
  readonly #told: { readonly done?: JsonObject };
  readonly #request: SpeechRequest;

  constructor(request: SpeechRequest) {
    const told: { done?: JsonObject } = {};
    super('speech.audio.done', (done) => {
      told.done = done;
    });
    this.#told = told;
    this.#request = request;
  }

  get usage(): Usage {
    return withMedia(parseUsage(this.#told.done), { characters: charactersOf(this.#request) });
  }
}

/** `speech.audio.done`: https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event. */
function parseUsage(done: JsonObject | undefined): Usage | undefined {
  const usage = objectOf(done?.['usage']);
  const output = countOf(usage?.['output_tokens']);
  if (usage === undefined || output === undefined) return undefined;
  return {
    inputTokens: countOf(usage['input_tokens']) ?? 0,
    outputTokens: output,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    // They make nothing but sound.
    media: { audioOutputTokens: output },
  };
}
