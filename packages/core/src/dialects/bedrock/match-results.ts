import type { Message, ToolCallBlock, ToolResultBlock } from '../../protocol/content.ts';
import { WaitingCalls } from '../shared/waiting-calls.ts';

const byId = ({ id }: ToolCallBlock): string => id;
const byName = ({ name }: ToolCallBlock): string => name;
const byOrder = (): undefined => undefined;

/**
 * Which call each result answers: the one with its id among those of the turn before it, else one of its name, else the
 * first without an answer. Results that answer none of them are missing: Bedrock refuses a request that holds one.
 */
export function matchResults(messages: readonly Message[]): ReadonlyMap<ToolResultBlock, string> {
  const matched = new Map<ToolResultBlock, string>();
  let open = new WaitingCalls<ToolCallBlock>();
  let results: ToolResultBlock[] = [];
  const everCalled = new Set<string>();
  const settle = (): void => {
    const strays = results.filter((result) => !match(result, open.find(byId, result.callId)));
    for (const result of strays) {
      // It belongs to an older turn, or is a repetition.
      if (everCalled.has(result.callId)) continue;
      match(result, open.find(result.name === undefined ? byOrder : byName, result.name));
    }
    open = new WaitingCalls();
    results = [];
  };
  const match = (result: ToolResultBlock, call: ToolCallBlock | undefined): boolean => {
    if (call === undefined) return false;
    open.answer(call);
    matched.set(result, call.id);
    return true;
  };
  let isAssistant = false;
  for (const { role, content } of messages) {
    if (role === 'assistant' && !isAssistant) settle();
    isAssistant = role === 'assistant';
    for (const block of content) {
      if (block.type === 'tool-call') {
        open.add(block);
        everCalled.add(block.id);
      } else if (block.type === 'tool-result') results.push(block);
    }
  }
  settle();
  return matched;
}
