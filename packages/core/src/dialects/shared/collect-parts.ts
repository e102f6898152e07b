import type {
  AnswerChoice,
  AnswerHead,
  ChatAnswer,
  ChatUsage,
  Finish,
  Logprob,
  Part,
} from '../../protocol/chat-answer.ts';
import type { AssistantBlock, Citation } from '../../protocol/content.ts';
import { optional } from './read.ts';

type BlockPart = Extract<Part, { block: number }>;

interface OpenChoice {
  readonly blocks: Map<number, AssistantBlock>;
  readonly logprobs: Logprob[];
  finish: Finish;
  extra: AnswerChoice['extra'];
}

/** Puts the parts of a stream together: what the same answer is as a whole. An `error` part is not an answer's. */
export function collectParts(parts: Iterable<Part>): ChatAnswer {
  let head: AnswerHead = {};
  let usage: ChatUsage | undefined;
  const choices = new Map<number, OpenChoice>();
  const choiceOf = (index: number): OpenChoice => {
    const choice = choices.get(index) ?? {
      blocks: new Map(),
      logprobs: [],
      finish: { reason: 'other' },
      extra: undefined,
    };
    choices.set(index, choice);
    return choice;
  };
  for (const part of parts) {
    if (part.type === 'head') {
      const { type: _, ...more } = part;
      head = { ...head, ...more };
    } else if (part.type === 'usage') usage = part.usage;
    else if (part.type === 'logprobs') choiceOf(part.choice).logprobs.push(...part.tokens);
    else if (part.type === 'finish') {
      const choice = choiceOf(part.choice);
      choice.finish = part.finish;
      choice.extra = part.extra ?? choice.extra;
    } else if (part.type !== 'error') {
      const { blocks } = choiceOf(part.choice);
      const block = addTo(blocks.get(part.block), part);
      if (block !== undefined) blocks.set(part.block, block);
    }
  }
  return {
    ...head,
    choices: [...choices].toSorted(([a], [b]) => a - b).map(([index, choice]) => close(index, choice)),
    ...(usage === undefined ? {} : { usage }),
  };
}

function close(index: number, { blocks, logprobs, finish, extra }: OpenChoice): AnswerChoice {
  return {
    index,
    content: [...blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block),
    finish,
    ...(logprobs.length === 0 ? {} : { logprobs }),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** The block with one part more. */
function addTo(block: AssistantBlock | undefined, part: BlockPart): AssistantBlock | undefined {
  switch (part.type) {
    case 'text-start':
      return { type: 'text', text: '', ...optional('extra', part.extra) };
    case 'refusal-start':
      return { type: 'refusal', text: '' };
    case 'reasoning-start':
      return {
        type: 'reasoning',
        text: '',
        ...(part.isRedacted === true ? { isRedacted: true } : {}),
        ...optional('extra', part.extra),
      };
    case 'tool-input-start':
      return {
        type: 'tool-call',
        id: part.id,
        name: part.name,
        format: part.format,
        input: '',
        ...optional('extra', part.extra),
      };
    case 'block':
      return part.value;
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
      return block !== undefined && 'text' in block ? { ...block, text: block.text + part.text } : block;
    case 'tool-input-delta':
      return block?.type === 'tool-call' ? { ...block, input: block.input + part.text } : block;
    case 'citation':
      return block?.type === 'text'
        ? { ...block, citations: withCitation(block.citations, part.citation) }
        : block;
    case 'refusal-end':
      return block;
    default:
      return (
        block && { ...block, ...optional('signature', part.signature), ...optional('extra', part.extra) }
      );
  }
}

function withCitation(known: readonly Citation[] = [], citation: Citation): readonly Citation[] {
  return [...known, citation];
}
