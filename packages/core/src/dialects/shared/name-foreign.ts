import type { ChatRequest, Tool } from '../../protocol/chat-request.ts';
import type { Block, Extra, ForeignBlock, MediaBlock, Message } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from './collect-drops.ts';
import { restOf, stringOf } from './read.ts';

/**
 * Names the fields that only other dialects have words for, wherever in a request they are. What is beside a model's thoughts goes
 * with them: they are shown to their own provider only.
 */
export function nameForeign({ extra, messages, tools = [], user }: ChatRequest, drops: Drops): void {
  drops.addForeign(extra && withoutUser(extra, user));
  for (const tool of tools) if (tool.type !== 'built-in') drops.addForeign(tool.extra, 'tools.');
  for (const message of messages) {
    drops.addForeign(message.extra, 'messages.');
    for (const block of message.content) {
      if (block.type === 'reasoning' || block.type === 'foreign') continue;
      drops.addForeign(block.extra, 'messages.');
      if (block.type === 'tool-result')
        for (const { extra: ofPart } of block.content) drops.addForeign(ofPart, 'messages.');
    }
  }
}

/** OpenAI has two names for who asks. What the vocabulary's one holds is named as that, if at all. */
function withoutUser(extra: Extra, user: string | undefined): Extra {
  const entries = Object.entries(extra).map(([dialect, fields]) => {
    const said = ['user', 'safety_identifier'].filter((name) => user !== undefined && fields[name] === user);
    return [dialect, restOf(fields, said) ?? {}];
  });
  return Object.fromEntries(entries);
}

/** What is wished of a document, for a dialect that has no words for it. */
export function nameWishes({ isCited, context }: MediaBlock, drops: Pick<Drops, 'add'>): void {
  if (isCited === true) drops.add('messages.citations');
  if (context !== undefined) drops.add('messages.context');
}

/** What a block that only another dialect knows is called: its kind, as that dialect says it. */
export function nameOfForeign({ value }: ForeignBlock): string {
  return `messages.${kindOf(value)}`;
}

/** The same of a tool that its provider runs itself. */
export function nameOfBuiltIn({ extra }: Extract<Tool, { type: 'built-in' }>): string {
  const [value = {}] = Object.values(extra);
  const kind = kindOf(value);
  // Chat Completions has a parameter for it.
  return kind === 'web_search_options' ? kind : `tools.${kind}`;
}

/** Most dialects write the kind into `type`; Gemini and Bedrock make it the field's name. */
function kindOf(value: JsonObject): string {
  return stringOf(value['type']) ?? Object.keys(value)[0] ?? 'unknown';
}

/** The blocks of a message, and those inside of a tool's result. */
export function blocksOf(message: Message): readonly Block[] {
  if (message.role !== 'tool') return message.content;
  return message.content.flatMap((block): readonly Block[] =>
    block.type === 'tool-result' ? [block, ...block.content] : [block],
  );
}
