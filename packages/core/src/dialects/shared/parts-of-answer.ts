import type { AnswerChoice, ChatAnswer, Part } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';

/** A whole answer as a stream of parts: what `collectParts` puts together again. */
export function* partsOfAnswer({ choices, usage, ...head }: ChatAnswer): Generator<Part> {
  yield { type: 'head', ...head };
  for (const choice of choices) yield* partsOfChoice(choice);
  if (usage !== undefined) yield { type: 'usage', usage };
}

function* partsOfChoice({ index, content, logprobs, finish, extra }: AnswerChoice): Generator<Part> {
  for (const [block, value] of content.entries()) yield* partsOfBlock(value, { choice: index, block });
  if (logprobs !== undefined) yield { type: 'logprobs', choice: index, tokens: logprobs };
  yield { type: 'finish', choice: index, finish, ...(extra === undefined ? {} : { extra }) };
}

interface Place {
  readonly choice: number;
  readonly block: number;
}

function* partsOfBlock(value: AssistantBlock, at: Place): Generator<Part> {
  const extra = value.extra === undefined ? {} : { extra: value.extra };
  const signature =
    'signature' in value && value.signature !== undefined ? { signature: value.signature } : {};
  switch (value.type) {
    case 'text':
      yield { type: 'text-start', ...at, ...extra };
      if (value.text !== '') yield { type: 'text-delta', ...at, text: value.text };
      for (const citation of value.citations ?? []) yield { type: 'citation', ...at, citation };
      yield { type: 'text-end', ...at, ...signature };
      break;
    case 'refusal':
      yield { type: 'refusal-start', ...at };
      if (value.text !== '') yield { type: 'refusal-delta', ...at, text: value.text };
      yield { type: 'refusal-end', ...at };
      break;
    case 'reasoning':
      yield {
        type: 'reasoning-start',
        ...at,
        ...(value.isRedacted === true ? { isRedacted: true } : {}),
        ...extra,
      };
      if (value.text !== '') yield { type: 'reasoning-delta', ...at, text: value.text };
      yield { type: 'reasoning-end', ...at, ...signature };
      break;
    case 'tool-call':
      yield {
        type: 'tool-input-start',
        ...at,
        id: value.id,
        name: value.name,
        format: value.format,
        ...extra,
      };
      if (value.input !== '') yield { type: 'tool-input-delta', ...at, text: value.input };
      yield { type: 'tool-input-end', ...at, ...signature };
      break;
    default:
      yield { type: 'block', ...at, value };
  }
}
