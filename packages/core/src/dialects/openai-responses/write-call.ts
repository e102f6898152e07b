import type { ToolCallBlock } from '../../protocol/content.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { optional } from '../shared/read.ts';
import type { BlockEnd, Place, WriteEvent, WrittenBlock, WrittenItem } from './event-writer.ts';
import { callItem } from './render-items.ts';

/** `response.output_item.added` is written by whoever opens it. */
export function writeCall(
  write: WriteEvent,
  first: ToolCallBlock,
  { index, id }: Place,
): WrittenItem & WrittenBlock {
  const isCustom = first.format === 'text';
  const events = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  const inputField = isCustom ? 'input' : 'arguments';
  const place = { item_id: id, output_index: index };
  const input = new GrowingText();
  const writeDelta = write.often(`${events}.delta`, place);
  let block = first;
  let isEnded = false;
  const call: WrittenItem & WrittenBlock = {
    index,
    item: { ...callItem(first, { id, status: 'in_progress' }), status: 'in_progress', [inputField]: '' },
    isEnded: () => isEnded,
    delta,
    cite: () => '',
    end,
    close,
  };

  function delta(text: string): string {
    input.add(text);
    return writeDelta({ delta: text });
  }

  function end({ extra }: BlockEnd): string {
    isEnded = true;
    const more = input.isEmpty && !isCustom ? delta('{}') : '';
    block = { ...block, input: input.toString(), ...optional('extra', extra) };
    return more + write(`${events}.done`, { ...place, [inputField]: block.input });
  }

  function close(status: 'completed' | 'incomplete'): string {
    const more = isEnded ? '' : end({});
    call.item = callItem(block, { id, status });
    return more + write('response.output_item.done', { output_index: index, item: call.item });
  }

  return call;
}
