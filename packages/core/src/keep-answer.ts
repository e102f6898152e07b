import type { ToldResponse } from './dialects/openai-responses/find-response.ts';
import { storedForms } from './dialects/stored-forms.ts';
import type { StoredResponses } from './memory/stored-responses.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call, TargetName } from './protocol/call.ts';
import type { Logger } from './protocol/logger.ts';
import { type StreamWatcher, watchStream } from './stream/watch-stream.ts';

/** Whose an answer is. */
export interface Place {
  readonly owner: string;
  /** Where it is kept under its id; undefined where the gateway made it. */
  readonly at: TargetName | undefined;
}

export interface KeepingParts {
  readonly responses: StoredResponses;
  readonly logger: Logger;
}

/** Bytes of a whole answer that comes as a stream because it is large. */
const largest = 33_554_432;

/** Keeps an answer before its caller has the whole of it, so that the next call finds it. Never rejects. */
export async function keepAnswer(
  call: Call,
  answer: Answer,
  { owner, at, responses, logger }: Place & KeepingParts,
): Promise<Answer> {
  const { bytes, previousId, isBackground } = call;
  const { keepInput, readResponse, findAnyResponse, findLastResponse } = storedForms();
  const keep = async (told: ToldResponse): Promise<void> => {
    const { id, text: response, items, isForgotten } = told;
    const target = isForgotten ? undefined : at;
    try {
      const request = keepInput(bytes);
      await responses.keep(owner, { id, target, previous: previousId, request, response, items });
    } catch (error) {
      logger.error({ error, responseId: id }, 'a response could not be kept');
    }
  };
  const keepFound = (find: typeof readResponse, body: Uint8Array): Promise<void> | undefined => {
    try {
      const told = find(body);
      return told && keep(told);
    } catch (error) {
      logger.error({ error }, 'a response could not be read, and was not kept');
      return undefined;
    }
  };
  const { body, headers } = answer;
  if (body instanceof Uint8Array) {
    await keepFound(readResponse, body);
    return answer;
  }
  if (/^text\/event-stream\b/i.test(headers['content-type'] ?? '')) {
    // One that is made in the background goes on when its caller leaves, and is asked for again.
    const find = isBackground && at !== undefined ? findAnyResponse : findLastResponse;
    const see = (events: Uint8Array): Promise<void> | undefined => keepFound(find, events);
    return { ...answer, body: watchStream(body, { see, end: () => undefined }) };
  }
  const whole = new WholeBody((bytesOfIt) => keepFound(readResponse, bytesOfIt));
  return { ...answer, body: watchStream(body, whole) };
}

/** A large answer, seen piece by piece; none of it where it is larger than may be held. */
class WholeBody implements StreamWatcher {
  readonly #take: (body: Uint8Array) => Promise<void> | undefined;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(take: (body: Uint8Array) => Promise<void> | undefined) {
    this.#take = take;
  }

  see(chunk: Uint8Array): undefined {
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= largest) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  end(): Promise<void> | undefined {
    return this.#bytes <= largest ? this.#take(Buffer.concat(this.#chunks)) : undefined;
  }
}
