import type { ReasoningBlock } from '../../protocol/content.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { fieldsOf, isList, isSameJson, listOf, optional, stringOf, wordOf } from '../shared/read.ts';
import { keptFields } from './item-id.ts';
import { dialect, extraOf, ownOf } from './own-extra.ts';

/** Between two parts of a summary. */
export const partBreak = '\n\n';

const known = ['type', 'summary', 'content', 'encrypted_content'];

/**
 * A reasoning item is one block. Its text is the summary, or what the model really thought where that is shown instead
 * (open models). Parts that the text alone would not give back are kept as they came.
 */
export function parseReasoningItem(item: JsonObject): ReasoningBlock {
  const summary = listOf(item['summary']);
  const content = listOf(item['content']);
  const text = summary.length > 0 ? joinParts(summary) : joinParts(content);
  const signature = wordOf(item['encrypted_content']);
  return {
    type: 'reasoning',
    text,
    ...(signature === undefined ? {} : { signature: { dialect, value: signature } }),
    ...extraOf({
      ...keptFields(item, known),
      ...(isTold(summary, text, item['content']) ? {} : { summary }),
      ...(isList(item['content']) ? { content } : {}),
    }),
  };
}

/** The item's fields beside its id and status. */
export function renderReasoningItem(block: ReasoningBlock): JsonObject {
  const { summary, content, ...fields } = ownOf(block.extra);
  const signature = block.signature?.dialect === dialect ? block.signature.value : undefined;
  return {
    type: 'reasoning',
    ...renderParts(block.text, summary, content),
    ...optional('encrypted_content', signature),
    ...fields,
  };
}

/** Whether OpenAI takes this back: it must be sealed, or stored there under its id. */
export function canReturn(block: ReasoningBlock): boolean {
  return block.signature?.dialect === dialect || wordOf(ownOf(block.extra)['id']) !== undefined;
}

/** Whether there is anything to show to a caller. */
export function canShow(block: ReasoningBlock): boolean {
  return block.text !== '' || canReturn(block);
}

/** Whether the text gives the summary back, and is known to be the summary's. */
function isTold(summary: readonly Json[], text: string, content: Json | undefined): boolean {
  return summary.length === 0 || (!isList(content) && isSameJson(summary, summaryOf(text)));
}

/** The parts as they came, if they still say what the text says: it may have been changed on its way. */
function renderParts(text: string, summary: Json | undefined, content: Json | undefined): JsonObject {
  if (isList(summary) && joinParts(summary) === text) return { summary, ...optional('content', content) };
  if (!isList(content) || isList(summary)) return { summary: summaryOf(text) };
  const isAsItCame = joinParts(content) === text;
  return { summary: [], content: isAsItCame ? content : [{ type: 'reasoning_text', text }] };
}

export function summaryOf(text: string): JsonObject[] {
  return text === '' ? [] : [{ type: 'summary_text', text }];
}

function joinParts(parts: readonly Json[]): string {
  return parts.map((part) => stringOf(fieldsOf(part)['text']) ?? '').join(partBreak);
}
