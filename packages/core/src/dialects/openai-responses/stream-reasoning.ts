import type { Part } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { fieldsOf, indexOf, listOf, optional, stringOf } from '../shared/read.ts';
import { saidText } from '../shared/said.ts';
import { parseReasoningItem, partBreak, summaryOf } from './convert-reasoning.ts';
import { keptFields } from './item-id.ts';
import { extraOf } from './own-extra.ts';
import { merge, type StreamContext, type StreamItem, stillToSay } from './stream-item.ts';

type Kind = 'summary' | 'content';

/**
 * A reasoning item is one block, whose text is its summary or else its content. Of a stream that has both, what comes
 * first is the text; the other is found at the end, with the parts of both.
 */
export function streamReasoning(first: JsonObject, context: StreamContext): StreamItem {
  const item: StreamItem = { type: 'reasoning', item: first, isDone: false, take, finish };
  const block = context.blocks++;
  const texts: Record<Kind, Map<number, GrowingText>> = { summary: new Map(), content: new Map() };
  let shown: Kind | undefined;
  const text = new GrowingText();

  function start(kind: Kind | undefined): Part[] {
    if (shown !== undefined) return [];
    shown = kind ?? 'summary';
    context.types.add('reasoning');
    const fields = keptFields(item.item, ['type', 'summary', 'content', 'encrypted_content']);
    // Thoughts that are no summary are told so from the beginning: they are shown under another name.
    const mark = shown === 'content' ? { content: [] } : {};
    return [{ type: 'reasoning-start', choice: 0, block, ...extraOf({ ...fields, ...mark }) }];
  }

  function say(more: string): Part[] {
    if (more === '') return [];
    text.add(more);
    return [{ type: 'reasoning-delta', choice: 0, block, text: more }];
  }

  function reach(kind: Kind, index: number): Part[] {
    const known = texts[kind];
    if (known.has(index)) return [];
    const out = start(kind);
    if (kind === shown && known.size > 0) out.push(...say(partBreak));
    known.set(index, new GrowingText());
    return out;
  }

  function take(type: string, event: JsonObject): readonly Part[] {
    if (type === 'response.output_item.added') return [];
    const kind: Kind = type.includes('summary') ? 'summary' : 'content';
    const index = indexOf(event[kind === 'summary' ? 'summary_index' : 'content_index']) ?? 0;
    const out = reach(kind, index);
    const said = texts[kind].get(index);
    const whole = stringOf(event['text']) ?? stringOf(fieldsOf(event['part'])['text']);
    const more = type.endsWith('.delta')
      ? saidText(event['delta'], 'a delta')
      : stillToSay(said?.toString() ?? '', whole);
    said?.add(more);
    // A part that was left behind cannot be said any more, but is in the item.
    if (kind === shown && index === [...texts[kind].keys()].at(-1)) out.push(...say(more));
    return out;
  }

  function finish(final: JsonObject | undefined): readonly Part[] {
    item.isDone = true;
    const told = merge(item.item, final);
    const summary = listOf(told['summary']);
    item.item = {
      ...told,
      summary:
        summary.length > 0
          ? summary
          : [...texts.summary.values()].flatMap((said) => summaryOf(said.toString())),
      ...(texts.content.size === 0 || listOf(told['content']).length > 0
        ? {}
        : {
            content: [...texts.content.values()].map((said) => ({
              type: 'reasoning_text',
              text: said.toString(),
            })),
          }),
    };
    const { text: whole, signature, extra } = parseReasoningItem(item.item);
    const out = start(listOf(item.item['summary']).length > 0 ? 'summary' : undefined);
    const isBoth = shown === 'content' && listOf(item.item['summary']).length > 0;
    if (!isBoth) out.push(...say(stillToSay(text.toString(), whole)));
    context.previous = undefined;
    return [
      ...out,
      {
        type: 'reasoning-end',
        choice: 0,
        block,
        ...optional('signature', signature),
        ...optional('extra', extra),
      },
    ];
  }

  return item;
}
