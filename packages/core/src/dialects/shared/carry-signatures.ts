import type { ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { AssistantBlock, ChatDialect, Message, Signature } from '../../protocol/content.ts';

/*
 * A provider wants its signatures back with the next turn, and the caller may speak another format. Every format but
 * Chat Completions, which has a field for it, has a place for an opaque signature of its own: there the foreign one
 * travels, with the name of its format before it, and it is taken out again when the client returns it.
 */

const mark = 've:';
/** How the mark begins in Base64, whatever follows. */
const markInBase64 = 'dmU6';
const carried = /^ve:(openai-chat|openai-responses|anthropic-messages|gemini|bedrock)(!?):(.*)$/s;

function wrap({ dialect, value }: Signature, by: ChatDialect, isRedacted: boolean): Signature {
  const text = `${mark}${dialect}${isRedacted ? '!' : ''}:${value}`;
  return { dialect: by, value: Buffer.from(text).toString('base64') };
}

/** Clients of these formats give back no thought that has no signature. */
const needsSignature: ReadonlySet<ChatDialect> = new Set(['anthropic-messages', 'openai-responses']);

/** Of a thought that nobody signed. */
const none: Signature = { dialect: 'openai-chat', value: '' };

const isForeign = (signature: Signature | undefined, dialect: ChatDialect): signature is Signature =>
  signature !== undefined && signature.dialect !== dialect && dialect !== 'openai-chat';

/** For a caller of this dialect. */
export function wrapAnswer(answer: ChatAnswer, dialect: ChatDialect): ChatAnswer {
  return {
    ...answer,
    choices: answer.choices.map((choice) => ({
      ...choice,
      content: choice.content.map((block) => wrapBlock(block, dialect)),
    })),
  };
}

function wrapBlock(block: AssistantBlock, dialect: ChatDialect): AssistantBlock {
  if (block.type === 'reasoning' && block.signature === undefined)
    return block.text === '' || !needsSignature.has(dialect)
      ? block
      : { ...block, signature: wrap(none, dialect, false) };
  if (!('signature' in block) || !isForeign(block.signature, dialect)) return block;
  const isRedacted = block.type === 'reasoning' && block.isRedacted === true;
  return { ...block, signature: wrap(block.signature, dialect, isRedacted) };
}

/** For a caller of this dialect, part by part. */
export function partWrapper(dialect: ChatDialect): (part: Part) => Part {
  const redacted = new Set<string>();
  const shown = needsSignature.has(dialect) ? new ShownThoughts() : undefined;
  return (part) => {
    if (part.type === 'reasoning-delta') shown?.see(part);
    if (part.type === 'reasoning-end' && part.signature === undefined)
      return shown?.has(part) === true ? { ...part, signature: wrap(none, dialect, false) } : part;
    if (part.type === 'reasoning-start' && part.isRedacted === true)
      redacted.add(`${part.choice} ${part.block}`);
    if (!('signature' in part) || !isForeign(part.signature, dialect)) return part;
    const isRedacted = redacted.has(`${part.choice} ${part.block}`);
    return { ...part, signature: wrap(part.signature, dialect, isRedacted) };
  };
}

type Delta = Extract<Part, { type: 'reasoning-delta' }>;

/** The blocks of reasoning that something was shown of. */
class ShownThoughts {
  readonly #blocks = new Map<number, Set<number>>();
  #last: Delta | undefined;

  see(part: Delta): void {
    const isSame = part.choice === this.#last?.choice && part.block === this.#last.block;
    if (isSame || part.text === '') return;
    this.#last = part;
    this.#blocks.set(part.choice, (this.#blocks.get(part.choice) ?? new Set()).add(part.block));
  }

  has({ choice, block }: Pick<Delta, 'choice' | 'block'>): boolean {
    return this.#blocks.get(choice)?.has(block) === true;
  }
}

/** Of a caller of this dialect. */
export function unwrapRequest(request: ChatRequest, dialect: ChatDialect): ChatRequest {
  if (!request.messages.some(isCarrier)) return request;
  return { ...request, messages: request.messages.map((message) => unwrapMessage(message, dialect)) };
}

function isCarrier(message: Message): boolean {
  return (
    message.role === 'assistant' &&
    message.content.some(
      (block) => 'signature' in block && (block.signature?.value.startsWith(markInBase64) ?? false),
    )
  );
}

function unwrapMessage(message: Message, dialect: ChatDialect): Message {
  if (message.role !== 'assistant') return message;
  return { ...message, content: message.content.map((block) => unwrapBlock(block, dialect)) };
}

function unwrapBlock(block: AssistantBlock, by: ChatDialect): AssistantBlock {
  if (!('signature' in block) || block.signature?.dialect !== by) return block;
  const found = carried.exec(Buffer.from(block.signature.value, 'base64').toString('utf8'));
  const dialect = readDialect(found?.[1]);
  if (found === null || dialect === undefined) return block;
  const signature = { dialect, value: found[3] ?? '' };
  if (signature.value === '') {
    const { signature: _, ...unsigned } = block;
    return unsigned;
  }
  return block.type === 'reasoning' && found[2] === '!'
    ? { ...block, signature, isRedacted: true }
    : { ...block, signature };
}

function readDialect(name: string | undefined): ChatDialect | undefined {
  switch (name) {
    case 'openai-chat':
    case 'openai-responses':
    case 'anthropic-messages':
    case 'gemini':
    case 'bedrock':
      return name;
    default:
      return undefined;
  }
}
