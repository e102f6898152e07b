import type { AssistantBlock, AssistantMessage, CacheMark, ToolCallBlock } from '../protocol/content.ts';

/**
 * A message of the model's as the model made it, where its client gave back only what it could. Says the message still
 * the same, it is the whole of what was kept, in its order; else the thoughts come first, and each call that is still the same has
 * its signature again.
 */
export function restoreTurn(message: AssistantMessage, kept: readonly AssistantBlock[]): AssistantMessage {
  const said = message.content.filter(({ type }) => type !== 'reasoning');
  if (saysTheSame(said, kept)) return { ...message, content: withMarks(kept, said) };
  const thoughts = kept.filter(({ type }) => type === 'reasoning');
  const calls = kept.filter(isCall);
  return { ...message, content: [...thoughts, ...said.map((block) => withSignature(block, calls))] };
}

function withSignature(block: AssistantBlock, kept: readonly ToolCallBlock[]): AssistantBlock {
  if (!isCall(block)) return block;
  const signature = kept.find((call) => isSameCall(call, block))?.signature;
  return signature === undefined ? block : { ...block, signature };
}

/** Where the client wants the provider's cache to reach is for the client to say. */
function withMarks(
  kept: readonly AssistantBlock[],
  said: readonly AssistantBlock[],
): readonly AssistantBlock[] {
  if (said.every(({ cache }) => cache === undefined)) return kept;
  const calls = new Map(said.filter(isCall).map(({ id, cache }) => [id, cache]));
  const ofText = said.findLast((block) => isText(block) && block.cache !== undefined)?.cache;
  const lastText = kept.findLastIndex(isText);
  const markOf = (block: AssistantBlock, index: number): CacheMark | undefined => {
    if (isCall(block)) return calls.get(block.id);
    return index === lastText ? ofText : undefined;
  };
  return kept.map((block, index) => {
    const cache = markOf(block, index);
    return cache === undefined ? block : { ...block, cache };
  });
}

function saysTheSame(said: readonly AssistantBlock[], kept: readonly AssistantBlock[]): boolean {
  const calls = said.filter(isCall);
  const keptCalls = kept.filter(isCall);
  return (
    textOf(said) === textOf(kept) &&
    calls.length === keptCalls.length &&
    calls.every((call, index) => isSameCall(call, keptCalls[index]))
  );
}

function isSameCall(one: ToolCallBlock, other: ToolCallBlock | undefined): boolean {
  return one.id === other?.id && one.name === other.name && plainInput(one.input) === plainInput(other.input);
}

/** White space and the order of members are a client's to change: many parse the arguments, and write them anew. */
export function plainInput(input: string): string {
  try {
    return JSON.stringify(JSON.parse(input), inOrder);
  } catch {
    return input;
  }
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export const isCall = (block: AssistantBlock): block is ToolCallBlock => block.type === 'tool-call';

const isText = ({ type }: AssistantBlock): boolean => type === 'text' || type === 'refusal';

/** What everybody can see of a message. */
export function textOf(content: readonly AssistantBlock[]): string {
  let text = '';
  for (const block of content) if (block.type === 'text' || block.type === 'refusal') text += block.text;
  return text;
}
