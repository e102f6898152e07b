import type { ChatRequest } from '../../protocol/chat-request.ts';
import type { Block, Extra, Message } from '../../protocol/content.ts';

/** Everything that is left out of a request before its parts are looked at: what Gemini has no place for at all. */
export function nameDropped(request: ChatRequest, drop: (name: string) => void): void {
  const lost: Readonly<Record<string, unknown>> = {
    logit_bias: request.logitBias,
    verbosity: request.verbosity,
    metadata: request.metadata,
    user: request.user,
    prompt_cache_key: request.cacheKey,
    // Calls are parallel anyway, and nothing is stored: the other wish is granted.
    parallel_tool_calls: request.parallelToolCalls === false ? false : undefined,
    store: request.store === true ? true : undefined,
  };
  for (const [name, value] of Object.entries(lost)) if (value !== undefined) drop(name);
  nameForeign(request.extra, drop);
  for (const tool of request.tools ?? []) if (tool.type !== 'built-in') nameForeign(tool.extra, drop);
  for (const message of request.messages) nameInMessage(message, drop);
}

function nameInMessage(message: Message, drop: (name: string) => void): void {
  nameForeign(message.extra, drop);
  const blocks: readonly Block[] = message.content;
  for (const block of blocks) {
    nameInBlock(block, drop);
    if (block.type === 'tool-result') for (const item of block.content) nameInBlock(item, drop);
  }
}

function nameInBlock(block: Block, drop: (name: string) => void): void {
  if (block.cache !== undefined) drop('cache_control');
  nameForeign(block.extra, drop);
}

function nameForeign(extra: Extra | undefined, drop: (name: string) => void): void {
  for (const [dialect, fields] of Object.entries(extra ?? {})) {
    if (dialect !== 'gemini') for (const name of Object.keys(fields)) drop(name);
  }
}
