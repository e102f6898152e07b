import type { AnswerScript } from '../../replies/scripted-reply.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject, parseJson, readString } from '../../wire/read-json.ts';
import { renderResponse } from './render-response.ts';

export interface SessionParts {
  readonly request: RecordedRequest;
  readonly script: AnswerScript | undefined;
  readonly model: string;
  /** Every made-up id comes from it. */
  readonly seed: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

/** What a conversation is made of, for whoever answers in it. */
export interface Conversation extends SessionParts {
  readonly session: JsonObject;
  readonly items: JsonObject[];
  makeId(kind: string): string;
}

/** Seconds for which OpenAI keeps a session open. */
const longest = 3600;

/**
 * One session of OpenAI's Realtime API, with its events and no ear: what is said into it counts as heard when it is
 * committed. As in openai/resources/realtime/realtime.d.ts.
 */
export function beginSession(parts: SessionParts, send: (event: object) => void): (message: string) => void {
  let ids = 0;
  let heard = 0;
  const makeId = (kind: string): string => {
    ids += 1;
    return `${kind}_${wordOf(`${parts.seed} ${ids}`, 21)}`;
  };
  const tell = (type: string, fields: object = {}): void =>
    send({ type, event_id: makeId('event'), ...fields });
  const complain = (problem: Problem, event?: JsonObject): void =>
    tell('error', {
      error: {
        type: 'invalid_request_error',
        param: null,
        ...problem,
        event_id: readString(event?.event_id) ?? null,
      },
    });
  const conversation: Conversation & { session: JsonObject } = {
    ...parts,
    makeId,
    items: [],
    session: usualSession(parts),
  };

  const add = (given: JsonObject): JsonObject => {
    const item = { id: makeId('item'), object: 'realtime.item', status: 'completed', ...given };
    const previous_item_id = conversation.items.at(-1)?.id ?? null;
    conversation.items.push(item);
    tell('conversation.item.added', { previous_item_id, item });
    tell('conversation.item.done', { previous_item_id, item });
    return item;
  };

  const handlers: Readonly<Record<string, (event: JsonObject) => void>> = {
    'session.update'({ session }) {
      if (!isJsonObject(session)) return complain(missing('session'));
      conversation.session = { ...conversation.session, ...session, model: parts.model };
      tell('session.updated', { session: conversation.session });
    },
    'conversation.item.create'({ item }) {
      if (!isJsonObject(item)) return complain(missing('item'));
      add(item);
    },
    'conversation.item.delete'(event) {
      const at = conversation.items.findIndex(({ id }) => id === event.item_id);
      if (at < 0) return complain(notFound(event.item_id), event);
      conversation.items.splice(at, 1);
      tell('conversation.item.deleted', { item_id: event.item_id });
    },
    'input_audio_buffer.append'({ audio }) {
      heard += Buffer.from(readString(audio) ?? '', 'base64').length;
    },
    'input_audio_buffer.clear'() {
      heard = 0;
      tell('input_audio_buffer.cleared');
    },
    'input_audio_buffer.commit'(event) {
      if (heard === 0) return complain(emptyBuffer, event);
      const item = { id: makeId('item'), type: 'message', role: 'user', content: [heardAudio(heard)] };
      heard = 0;
      const previous_item_id = conversation.items.at(-1)?.id ?? null;
      tell('input_audio_buffer.committed', { item_id: item.id, previous_item_id });
      add(item);
    },
    'response.create'({ response }) {
      renderResponse(conversation, isJsonObject(response) ? response : {}, tell);
    },
    'response.cancel'(event) {
      complain(
        { code: 'response_cancel_not_active', message: 'Cancellation failed: no active response found' },
        event,
      );
    },
  };

  tell('session.created', { session: conversation.session });
  return (message) => {
    const event = parseJson(Buffer.from(message));
    if (!isJsonObject(event)) return complain(notJson);
    const handler = handlers[readString(event.type) ?? ''];
    if (handler === undefined) return complain(unknownType(event.type, Object.keys(handlers)), event);
    handler(event);
  };
}

function usualSession({ model, seed, created }: SessionParts): JsonObject {
  return {
    type: 'realtime',
    object: 'realtime.session',
    id: `sess_${wordOf(`${seed} session`, 21)}`,
    model,
    output_modalities: ['audio'],
    instructions: 'You are a simulation.',
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    tracing: null,
    prompt: null,
    expires_at: created + longest,
    audio: {
      input: {
        format: { type: 'audio/pcm', rate: 24_000 },
        transcription: null,
        noise_reduction: null,
        turn_detection: null,
      },
      output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
    },
    include: null,
  };
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly param?: string;
}

const notJson: Problem = {
  code: 'invalid_json',
  message: 'Invalid JSON: the event could not be parsed.',
};
const emptyBuffer: Problem = {
  code: 'input_audio_buffer_commit_empty',
  message:
    'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 0.00ms of audio.',
};

function missing(param: string): Problem {
  return { code: 'missing_required_parameter', message: `Missing required parameter: '${param}'.`, param };
}

function notFound(id: unknown): Problem {
  const message = `Error deleting item: the item with id '${String(id)}' does not exist.`;
  return { code: 'item_delete_invalid_item_id', message };
}

function unknownType(type: unknown, known: readonly string[]): Problem {
  const names = known.map((name) => `'${name}'`).join(', ');
  const message = `Invalid value: '${String(type)}'. Supported values are: ${names}.`;
  return { code: 'invalid_value', message, param: 'type' };
}

/** What is heard cannot be understood here: its length and a digest stand for it. */
function heardAudio(bytes: number): JsonObject {
  const seconds = (bytes / 48_000).toFixed(1);
  return { type: 'input_audio', transcript: `${seconds} seconds of sound` };
}
