import type { Logprob } from '../../protocol/chat-answer.ts';
import type { AssistantBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { fieldsOf } from '../shared/read.ts';
import { placeLogprobs } from './convert-logprobs.ts';
import { canShow } from './convert-reasoning.ts';
import { joins, type OpenMessage } from './group-items.ts';
import { createItemIds } from './item-id.ts';
import { dialect, ownOf } from './own-extra.ts';
import { callItem, foreignItem, messageItem, pictureItem, reasoningItem } from './render-items.ts';
import { refusalPart, textPart } from './render-said.ts';

interface OutputOptions {
  /** What ids are made of where items have none. */
  readonly answerId: string;
  readonly logprobs: readonly Logprob[];
  /** The answer was cut short: its last item is not whole. */
  readonly isCut: boolean;
}

interface Message extends OpenMessage {
  readonly parts: JsonObject[];
}

/** The items of a whole answer. */
export function renderOutput(
  content: readonly AssistantBlock[],
  options: OutputOptions,
): readonly JsonObject[] {
  const groups: (Message | Exclude<AssistantBlock, { type: 'text' | 'refusal' }>)[] = [];
  let open: Message | undefined;
  for (const block of content) {
    const part = partOf(block);
    if (part === undefined) {
      if (!isShown(block)) continue;
      open = undefined;
      groups.push(block);
    } else {
      if (open === undefined || !joins(open, block.type === 'text' ? 'text' : 'other', block.extra)) {
        open = { fields: ownOf(block.extra)['item'], parts: [] };
        groups.push(open);
      }
      open.parts.push(part);
    }
  }
  const idOf = createItemIds(options.answerId);
  const items = groups.map((group, index) => {
    const status = options.isCut && index === groups.length - 1 ? 'incomplete' : 'completed';
    if ('parts' in group) {
      const id = idOf('msg', fieldsOf(group.fields)['id'], index);
      return messageItem(group.fields, group.parts, { id, status });
    }
    return renderSingle(group, { idOf, index, status });
  });
  return placeLogprobs(items, options.logprobs);
}

function partOf(block: AssistantBlock): JsonObject | undefined {
  if (block.type === 'text') return textPart(block);
  if (block.type === 'refusal') return refusalPart(block);
  const isPart =
    block.type === 'foreign' && block.dialect === dialect && ownOf(block.extra)['isPart'] === true;
  return isPart ? block.value : undefined;
}

type Single = Exclude<AssistantBlock, { type: 'text' | 'refusal' }>;

function isShown(block: AssistantBlock): block is Single {
  switch (block.type) {
    case 'reasoning':
      return canShow(block);
    case 'media':
      return pictureItem(block, '') !== undefined;
    case 'foreign':
      return block.dialect === dialect;
    default:
      return block.type === 'tool-call';
  }
}

interface SingleContext {
  readonly idOf: ReturnType<typeof createItemIds>;
  readonly index: number;
  readonly status: 'completed' | 'incomplete';
}

function renderSingle(block: Single, { idOf, index, status }: SingleContext): JsonObject {
  const { id: own } = ownOf(block.extra);
  switch (block.type) {
    case 'reasoning':
      return reasoningItem(block, idOf('rs', own, index));
    case 'tool-call':
      return callItem(block, { id: idOf(block.format === 'text' ? 'ctc' : 'fc', own, index), status });
    case 'media':
      return fieldsOf(pictureItem(block, idOf('ig', own, index)));
    default:
      return foreignItem(block.value, idOf('item', block.value['id'], index));
  }
}
