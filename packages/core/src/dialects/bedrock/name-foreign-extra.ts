import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Block, Extra } from '../../protocol/content.ts';

/** The names of what other dialects alone have words for: it cannot be said here. */
export function nameForeignExtra({ extra, messages, tools = [] }: ChatRequest): readonly string[] {
  const names = new Set<string>();
  const add = (more: Extra | undefined): void => {
    for (const [dialect, fields] of Object.entries(more ?? {}))
      if (dialect !== 'bedrock') for (const name of Object.keys(fields)) names.add(name);
  };
  const addBlock = (block: Block): void => {
    add(block.extra);
    if (block.type === 'tool-result') for (const inner of block.content) addBlock(inner);
  };
  add(extra);
  for (const message of messages) {
    add(message.extra);
    for (const block of message.content) addBlock(block);
  }
  for (const tool of tools) if (tool.type !== 'built-in') add(tool.extra);
  return [...names];
}
