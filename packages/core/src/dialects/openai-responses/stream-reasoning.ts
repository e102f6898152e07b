import type { Part } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { parseReasoningItem, partBreak, summaryOf } from './convert-reasoning.ts';
import { keptFields } from './item-id.ts';
import { keep } from './own-extra.ts';
import { asIndex, asList, asObject, asText, optional } from './read.ts';
import { merge, restOf, type StreamContext, type StreamItem } from './stream-item.ts';

type Kind = 'summary' | 'content';

/**
 * A reasoning item is one block, whose text is its summary or else its content. Of a stream that has both, what comes
 * first is the text; the other is found at the end, with the parts of both.
 */
export function streamReasoning(first: JsonObject, context: StreamContext): StreamItem {
  const item: StreamItem = { type: 'reasoning', item: first, isDone: false, take, finish };
  const block = context.blocks++;
  const texts: Record<Kind, Map<number, string>> = { summary: new Map(), content: new Map() };
  let shown: Kind | undefined;
  let text = '';

  function start(kind: Kind | undefined): Part[] {
    if (shown !== undefined) return [];
    shown = kind ?? 'summary';
    context.types.add('reasoning');
    const fields = keptFields(item.item, ['type', 'summary', 'content', 'encrypted_content']);
    // Thoughts that are no summary are told so from the beginning: they are shown under another name.
    const mark = shown === 'content' ? { content: [] } : {};
    return [{ type: 'reasoning-start', choice: 0, block, ...keep({ ...fields, ...mark }) }];
  }

  function say(more: string): Part[] {
    if (more === '') return [];
    text += more;
    return [{ type: 'reasoning-delta', choice: 0, block, text: more }];
  }

  function reach(kind: Kind, index: number): Part[] {
    const known = texts[kind];
    if (known.has(index)) return [];
    const out = start(kind);
    if (kind === shown && known.size > 0) out.push(...say(partBreak));
    known.set(index, '');
    return out;
  }

  function take(type: string, event: JsonObject): readonly Part[] {
    if (type === 'response.output_item.added') return [];
    const kind: Kind = type.includes('summary') ? 'summary' : 'content';
    const index = asIndex(event[kind === 'summary' ? 'summary_index' : 'content_index']) ?? 0;
    const out = reach(kind, index);
    const said = texts[kind].get(index) ?? '';
    const whole = asText(event['text']) ?? asText(asObject(event['part'])['text']);
    const more = type.endsWith('.delta') ? (asText(event['delta']) ?? '') : restOf(said, whole);
    texts[kind].set(index, said + more);
    // A part that was left behind cannot be said any more, but is in the item.
    if (kind === shown && index === [...texts[kind].keys()].at(-1)) out.push(...say(more));
    return out;
  }

  function finish(final: JsonObject | undefined): readonly Part[] {
    item.isDone = true;
    const told = merge(item.item, final);
    const summary = asList(told['summary']);
    item.item = {
      ...told,
      summary: summary.length > 0 ? summary : [...texts.summary.values()].flatMap(summaryOf),
      ...(texts.content.size === 0 || asList(told['content']).length > 0
        ? {}
        : { content: [...texts.content.values()].map((said) => ({ type: 'reasoning_text', text: said })) }),
    };
    const { text: whole, signature, extra } = parseReasoningItem(item.item);
    const out = start(asList(item.item['summary']).length > 0 ? 'summary' : undefined);
    const isBoth = shown === 'content' && asList(item.item['summary']).length > 0;
    if (!isBoth) out.push(...say(restOf(text, whole)));
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
