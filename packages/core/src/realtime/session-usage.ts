import { addUsage, type MediaUsage, type Usage } from '../protocol/usage.ts';

const done = Buffer.from('"response.done"');

/**
 * What a session has used so far, as its server's events tell: `RealtimeResponseUsage` in
 * openai/resources/realtime/realtime.d.ts. What callers say is written down by another model, whose usage is not among it.
 */
export class SessionUsage {
  #usage: Usage | undefined;

  get value(): Usage | undefined {
    return this.#usage;
  }

  /** One event of the server, as text. */
  readonly take = (event: Buffer): void => {
    if (!event.includes(done)) return;
    const { type, response } = fieldsOf(parse(event));
    const usage = type === 'response.done' ? fieldsOf(fieldsOf(response)['usage']) : {};
    if (Object.keys(usage).length === 0) return;
    const read = readUsage(usage);
    this.#usage = this.#usage === undefined ? read : addUsage(this.#usage, read);
  };
}

function readUsage(usage: Fields): Usage {
  const input = fieldsOf(usage['input_token_details']);
  const output = fieldsOf(usage['output_token_details']);
  const media: MediaUsage = {
    ...counted('audioInputTokens', input['audio_tokens']),
    ...counted('imageInputTokens', input['image_tokens']),
    ...counted('audioOutputTokens', output['audio_tokens']),
  };
  return {
    inputTokens: countOf(usage['input_tokens']),
    outputTokens: countOf(usage['output_tokens']),
    cachedInputTokens: countOf(input['cached_tokens']),
    reasoningTokens: 0,
    ...(Object.keys(media).length === 0 ? {} : { media }),
  };
}

/** Left out where there is none. */
function counted(name: keyof MediaUsage, value: unknown): MediaUsage {
  const count = countOf(value);
  return count === 0 ? {} : { [name]: count };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Undefined where the text is no JSON: the caller gets it as it is. */
function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
