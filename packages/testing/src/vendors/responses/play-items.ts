import type { ReplyPart } from '../../replies/compose-reply.ts';
import { hexOf } from '../../wire/hash-text.ts';
import type { JsonObject } from '../../wire/read-json.ts';
import { tokenProbability } from '../answer-chat.ts';
import type { ResponseAnswer } from './answer-response.ts';
import { encryptReasoning } from './encrypt-reasoning.ts';
import { nameItem } from './name-items.ts';

/** An event of the output, before it has its number; or the end of the reply. */
export type ItemStep =
  | { readonly type: 'event'; readonly event: JsonObject }
  | { readonly type: 'done'; readonly item: JsonObject; readonly event: JsonObject }
  | { readonly type: 'finish'; readonly part: Extract<ReplyPart, { type: 'finish' }> };

type Finish = Extract<ReplyPart, { type: 'finish' }>;

/** An item that is being written. */
interface Writer {
  readonly kind: string;
  begin(): Generator<JsonObject>;
  add(text: string): Generator<JsonObject>;
  end(): Generator<JsonObject>;
  item(status: string): JsonObject;
}

/** The items of a response one after the other: reasoning, the message, calls. */
export function* playItems(answer: ResponseAnswer): Generator<ItemStep> {
  let index = -1;
  let writer: Writer | undefined;

  function* open(next: Writer): Generator<ItemStep> {
    index += 1;
    writer = next;
    const added = next.item('in_progress');
    yield event({ type: 'response.output_item.added', output_index: index, item: added });
    for (const begun of next.begin()) yield event({ ...begun, output_index: index });
  }

  function* close(status: string): Generator<ItemStep> {
    if (writer === undefined) return;
    if (status === 'completed') {
      for (const ended of writer.end()) yield event({ ...ended, output_index: index });
    }
    const item = writer.item(status);
    writer = undefined;
    yield { type: 'done', item, event: { type: 'response.output_item.done', output_index: index, item } };
  }

  if (answer.reasoning.isOn && !answer.reasoning.showsSummary) {
    yield* open(writeReasoning(answer));
    yield* close('completed');
  }
  const { parts } = answer.planned;
  for (let next = parts.next(); next.done !== true; next = parts.next()) {
    const part = next.value;
    if (part.type === 'finish') {
      yield* close(part.reason === 'length' ? 'incomplete' : 'completed');
      yield { type: 'finish', part: orRefusal(part, answer) };
      continue;
    }
    if (part.type === 'tool-call-start') {
      yield* close('completed');
      yield* open(writeCall(part, answer));
      continue;
    }
    if (writer?.kind !== part.type && part.type !== 'tool-call-delta') {
      yield* close('completed');
      yield* open(part.type === 'reasoning-delta' ? writeReasoning(answer) : writeMessage(part.type, answer));
    }
    for (const added of writer?.add(part.text) ?? []) yield event({ ...added, output_index: index });
  }
}

function event(body: JsonObject): ItemStep {
  return { type: 'event', event: body };
}

function orRefusal(part: Finish, { planned }: ResponseAnswer): Finish {
  return planned.reply.blockedPrompt === undefined ? part : { ...part, reason: 'content_filter' };
}

function writeReasoning({ seed, reasoning }: ResponseAnswer): Writer {
  const id = nameItem('reasoning', seed);
  const encrypted = reasoning.isEncrypted ? { encrypted_content: encryptReasoning(id, seed) } : {};
  const place = { item_id: id, summary_index: 0 };
  let text = '';
  return {
    kind: 'reasoning-delta',
    *begin() {
      if (!reasoning.showsSummary) return;
      const part = { type: 'summary_text', text: '' };
      yield { type: 'response.reasoning_summary_part.added', ...place, part };
    },
    *add(delta) {
      text += delta;
      yield { type: 'response.reasoning_summary_text.delta', ...place, delta };
    },
    *end() {
      if (!reasoning.showsSummary) return;
      yield { type: 'response.reasoning_summary_text.done', ...place, text };
      const part = { type: 'summary_text', text };
      yield { type: 'response.reasoning_summary_part.done', ...place, part };
    },
    item: () => ({
      id,
      type: 'reasoning',
      ...encrypted,
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
    }),
  };
}

function writeMessage(kind: 'text-delta' | 'refusal-delta', answer: ResponseAnswer): Writer {
  const id = nameItem('message', answer.seed);
  const place = { item_id: id, content_index: 0 };
  const isText = kind === 'text-delta';
  const name = isText ? 'output_text' : 'refusal';
  const tokens: string[] = [];
  const logprobs = (of: readonly string[]): unknown[] =>
    answer.wantsLogprobs ? of.map(tokenProbability) : [];
  const part = (): JsonObject =>
    isText
      ? { type: name, annotations: [], logprobs: logprobs(tokens), text: tokens.join('') }
      : { type: name, refusal: tokens.join('') };
  const extra = (of: readonly string[]): JsonObject => (isText ? { logprobs: logprobs(of) } : {});
  return {
    kind,
    *begin() {
      yield { type: 'response.content_part.added', ...place, part: part() };
    },
    *add(delta) {
      tokens.push(delta);
      yield { type: `response.${name}.delta`, ...place, delta, ...extra([delta]) };
    },
    *end() {
      const whole = tokens.join('');
      yield {
        type: `response.${name}.done`,
        ...place,
        ...(isText ? { text: whole } : { refusal: whole }),
        ...extra(tokens),
      };
      yield { type: 'response.content_part.done', ...place, part: part() };
    },
    item: (status) => ({
      id,
      type: 'message',
      status,
      content: status === 'in_progress' ? [] : [part()],
      role: 'assistant',
    }),
  };
}

function writeCall(call: Extract<ReplyPart, { type: 'tool-call-start' }>, answer: ResponseAnswer): Writer {
  const isCustom = answer.customTools.has(call.name);
  const type = isCustom ? 'custom_tool_call' : 'function_call';
  const field = isCustom ? 'input' : 'arguments';
  const stem = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const id = nameItem(type, `${answer.seed} ${call.index}`);
  let text = '';
  return {
    kind: 'tool-call-delta',
    *begin() {},
    *add(delta) {
      text += delta;
      yield { type: `${stem}.delta`, item_id: id, delta };
    },
    *end() {
      yield { type: `${stem}.done`, item_id: id, [field]: text };
    },
    item: (status) => ({ id, type, status, [field]: text, call_id: call.id, name: call.name }),
  };
}

/** Padding of a delta against traffic analysis. */
export function obfuscate(seed: string, count: number): string {
  return hexOf(`${seed} ${count}`, 1 + ((count * 7) % 16));
}
