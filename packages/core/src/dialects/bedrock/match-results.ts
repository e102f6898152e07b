import type { Message, ToolCallBlock, ToolResultBlock } from '../../protocol/content.ts';

/**
 * Which call each result answers: the one with its id among those of the turn before it, else one of its name, else the
 * first without an answer. Results that answer none of them are missing: Bedrock refuses a request that holds one.
 */
export function matchResults(messages: readonly Message[]): ReadonlyMap<ToolResultBlock, string> {
  const matched = new Map<ToolResultBlock, string>();
  let open: ToolCallBlock[] = [];
  let results: ToolResultBlock[] = [];
  const everCalled = new Set<string>();
  const settle = (): void => {
    const strays = results.filter((result) => !match(result, ({ id }) => id === result.callId));
    for (const result of strays) {
      // It belongs to an older turn, or is a repetition.
      if (everCalled.has(result.callId)) continue;
      if (!match(result, ({ name }) => name === result.name) && result.name === undefined)
        match(result, () => true);
    }
    open = [];
    results = [];
  };
  const match = (result: ToolResultBlock, fits: (call: ToolCallBlock) => boolean): boolean => {
    const at = open.findIndex(fits);
    const [call] = at < 0 ? [] : open.splice(at, 1);
    if (call !== undefined) matched.set(result, call.id);
    return call !== undefined;
  };
  let isAssistant = false;
  for (const { role, content } of messages) {
    if (role === 'assistant' && !isAssistant) settle();
    isAssistant = role === 'assistant';
    for (const block of content) {
      if (block.type === 'tool-call') {
        open.push(block);
        everCalled.add(block.id);
      } else if (block.type === 'tool-result') results.push(block);
    }
  }
  settle();
  return matched;
}
