import type { ReplyPart } from '../../replies/compose-reply.ts';
import { countCachedTokens, countPromptTokens, countTokens } from '../../replies/count-tokens.ts';
import { planReply } from '../../replies/plan-reply.ts';
import type { Prompt, PromptMessage } from '../../replies/prompt.ts';
import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import type { Conversation } from './session.ts';

type Tell = (type: string, fields: object) => void;

/** Sound that is said for one token: 50 ms of 16-bit samples, 24,000 a second. */
const soundOfToken = Buffer.alloc(2400).toString('base64');

/** Answers: the events of one response, from `response.created` to `response.done`. */
export function renderResponse(conversation: Conversation, given: JsonObject, tell: Tell): void {
  const settings = { ...conversation.session, ...given };
  const modality = readList(settings.output_modalities).includes('text') ? 'text' : 'audio';
  const prompt = promptOf(conversation, settings);
  const { parts } = planReply(prompt, {
    recorded: conversation.request,
    script: conversation.script,
    choice: 0,
    thinking: 'never',
    makeToolCallId: () => conversation.makeId('call'),
  });
  const id = conversation.makeId('resp');
  const response: JsonObject = {
    object: 'realtime.response',
    id,
    status: 'in_progress',
    status_details: null,
    output: [],
    conversation_id: `conv_${id.slice(5)}`,
    output_modalities: [modality],
    max_output_tokens: settings.max_output_tokens ?? 'inf',
    metadata: settings.metadata ?? null,
    usage: null,
  };
  tell('response.created', { response });
  const output = new Output(conversation, { responseId: id, modality, tell });
  for (let next = parts.next(); next.done !== true; next = parts.next()) output.take(next.value);
  const items = output.end();
  const isCut = output.reason === 'length';
  tell('response.done', {
    response: {
      ...response,
      status: isCut ? 'incomplete' : 'completed',
      status_details: isCut ? { type: 'incomplete', reason: 'max_output_tokens' } : null,
      output: items,
      usage: usageOf(prompt, output),
    },
  });
}

interface Place {
  readonly responseId: string;
  readonly modality: 'text' | 'audio';
  readonly tell: Tell;
}

/** The items of one response as they grow. */
class Output {
  reason = 'stop';
  textTokens = 0;
  audioTokens = 0;
  readonly #conversation: Conversation;
  readonly #place: Place;
  readonly #items: JsonObject[] = [];
  #open: { readonly item: JsonObject; text: string } | undefined;

  constructor(conversation: Conversation, place: Place) {
    this.#conversation = conversation;
    this.#place = place;
  }

  take(part: ReplyPart): void {
    if (part.type === 'finish') {
      this.reason = part.reason;
    } else if (part.type === 'tool-call-start') {
      this.#begin({ type: 'function_call', name: part.name, call_id: part.id, arguments: '' });
    } else if (part.type === 'tool-call-delta') {
      this.#add('response.function_call_arguments.delta', part.text);
    } else if (part.type === 'text-delta' || part.type === 'refusal-delta') {
      this.#say(part.text);
    }
  }

  end(): readonly JsonObject[] {
    this.#finish();
    return this.#items;
  }

  #say(text: string): void {
    if (this.#open?.item.type !== 'message') {
      this.#begin({ type: 'message', role: 'assistant', content: [] });
      this.#tell('response.content_part.added', { part: this.#partOf('') });
    }
    if (this.#place.modality === 'text') return this.#add('response.output_text.delta', text);
    this.#add('response.output_audio_transcript.delta', text);
    this.#tell('response.output_audio.delta', { delta: soundOfToken });
    this.audioTokens += countTokens(text);
  }

  #begin(fields: JsonObject): void {
    this.#finish();
    const id = this.#conversation.makeId('item');
    const item = { id, object: 'realtime.item', status: 'in_progress', ...fields };
    this.#open = { item, text: '' };
    this.#tell('response.output_item.added', { item });
  }

  #add(type: string, delta: string): void {
    if (this.#open !== undefined) this.#open.text += delta;
    this.textTokens += countTokens(delta);
    this.#tell(type, { delta });
  }

  #finish(): void {
    const open = this.#open;
    if (open === undefined) return;
    const { text } = open;
    let item: JsonObject = { ...open.item, status: 'completed' };
    if (item.type === 'function_call') {
      item = { ...item, arguments: text };
      this.#tell('response.function_call_arguments.done', { call_id: item.call_id, arguments: text });
    } else {
      const part = this.#partOf(text);
      // The same part has another type in an item than in the events about it.
      item = { ...item, content: [{ ...part, type: `output_${this.#place.modality}` }] };
      if (this.#place.modality === 'text') this.#tell('response.output_text.done', { text });
      else {
        this.#tell('response.output_audio.done', {});
        this.#tell('response.output_audio_transcript.done', { transcript: text });
      }
      this.#tell('response.content_part.done', { part });
    }
    this.#tell('response.output_item.done', { item });
    const previous_item_id = this.#conversation.items.at(-1)?.id ?? null;
    this.#conversation.items.push(item);
    this.#place.tell('conversation.item.added', { previous_item_id, item });
    this.#place.tell('conversation.item.done', { previous_item_id, item });
    this.#items.push(item);
    this.#open = undefined;
  }

  #partOf(text: string): JsonObject {
    return this.#place.modality === 'text' ? { type: 'text', text } : { type: 'audio', transcript: text };
  }

  #tell(type: string, fields: object): void {
    this.#place.tell(type, {
      response_id: this.#place.responseId,
      item_id: this.#open?.item.id,
      output_index: this.#items.length,
      content_index: 0,
      ...fields,
    });
  }
}

/** The conversation, as every simulated model reads it. */
function promptOf({ items, model }: Conversation, settings: JsonObject): Prompt {
  const { tool_choice: choice, max_output_tokens: most } = settings;
  const instructions = readString(settings.instructions);
  return {
    model,
    messages: [
      ...(instructions === undefined ? [] : [{ role: 'system', text: instructions }]),
      ...items.flatMap(readItem),
    ],
    tools: readList(settings.tools)
      .filter(isJsonObject)
      .map(({ name, parameters }) => ({
        name: readString(name) ?? '',
        parameters: isJsonObject(parameters) ? parameters : undefined,
      })),
    toolChoice: (isJsonObject(choice) ? readString(choice.name) : readString(choice)) ?? 'auto',
    maxTokens: readNumber(most),
    stop: [],
    format: { type: 'text' },
  };
}

function readItem(item: JsonObject): readonly PromptMessage[] {
  if (item.type === 'function_call_output') return [{ role: 'tool', text: readString(item.output) ?? '' }];
  if (item.type === 'function_call') return [{ role: 'assistant', text: readString(item.arguments) ?? '' }];
  const parts = readList(item.content).filter(isJsonObject);
  const text = parts.map((part) => readString(part.text) ?? readString(part.transcript) ?? '').join('');
  return [{ role: readString(item.role) ?? 'user', text }];
}

function usageOf(prompt: Prompt, { textTokens, audioTokens }: Output): JsonObject {
  const input = countPromptTokens(prompt);
  const cached = countCachedTokens(input);
  return {
    total_tokens: input + textTokens + audioTokens,
    input_tokens: input,
    output_tokens: textTokens + audioTokens,
    input_token_details: {
      text_tokens: input,
      audio_tokens: 0,
      image_tokens: 0,
      cached_tokens: cached,
      cached_tokens_details: { text_tokens: cached, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: textTokens, audio_tokens: audioTokens },
  };
}
