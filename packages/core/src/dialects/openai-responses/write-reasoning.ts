import type { Extra, ReasoningBlock } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { isList, optional, restOf } from '../shared/read.ts';
import { canShow } from './convert-reasoning.ts';
import type { BlockEnd, Place, WriteEvent, WrittenBlock, WrittenItem } from './event-writer.ts';
import { ownOf } from './own-extra.ts';
import { reasoningItem } from './render-items.ts';
import type { WrittenOutput } from './written-output.ts';

/** Thoughts are shown with their first words, or at their end if they are sealed only; else there is nothing to show. */
export function writeReasoning(
  write: WriteEvent,
  output: WrittenOutput,
  extra: Extra | undefined,
): WrittenBlock {
  const own = ownOf(extra);
  const isContent = isList(own['content']);
  const partEvent = isContent ? 'response.content_part' : 'response.reasoning_summary_part';
  const textEvent = isContent ? 'response.reasoning_text' : 'response.reasoning_summary_text';
  const thoughts = new GrowingText();
  let writeDelta: ((other: JsonObject) => string) | undefined;
  let place: Place | undefined;
  let item: JsonObject = {};
  let isEnded = false;

  function show(wantedId: unknown): { readonly at: Place; readonly shown: string } {
    const next = output.next('rs', wantedId);
    place = next.place;
    const known = reasoningItem({ type: 'reasoning', text: '', ...optional('extra', extra) }, place.id);
    item = { ...restOf(known, ['encrypted_content']), summary: [], ...(isContent ? { content: [] } : {}) };
    const { index } = place;
    // It is whole when its block ends, whatever comes after it.
    const written: WrittenItem = {
      index,
      item,
      isEnded: () => isEnded,
      close: () => {
        const rest = isEnded ? '' : finish({});
        written.item = item;
        return rest;
      },
    };
    const added = output.open(written);
    return { at: place, shown: next.text + added };
  }

  function about({ index, id }: Place): JsonObject {
    return { item_id: id, output_index: index, ...(isContent ? { content_index: 0 } : { summary_index: 0 }) };
  }

  function part(said: string): JsonObject {
    return { type: isContent ? 'reasoning_text' : 'summary_text', text: said };
  }

  function delta(more: string): string {
    let out = '';
    let at = place;
    if (at === undefined) {
      const first = show(own['id']);
      at = first.at;
      out = first.shown + write(`${partEvent}.added`, { ...about(at), part: part('') });
    }
    thoughts.add(more);
    writeDelta ??= write.often(`${textEvent}.delta`, about(at));
    return out + writeDelta({ delta: more });
  }

  function finish(last: BlockEnd): string {
    const text = thoughts.toString();
    const block: ReasoningBlock = { type: 'reasoning', text, ...optional('extra', extra), ...last };
    let out = '';
    let at = place;
    if (at === undefined) {
      if (!canShow(block)) return '';
      const first = show(ownOf(block.extra)['id']);
      at = first.at;
      out = first.shown;
    } else {
      out = write(`${textEvent}.done`, { ...about(at), text });
      out += write(`${partEvent}.done`, { ...about(at), part: part(text) });
    }
    isEnded = true;
    item = reasoningItem(block, at.id);
    return out + write('response.output_item.done', { output_index: at.index, item });
  }

  return { delta, cite: () => '', end: finish };
}
