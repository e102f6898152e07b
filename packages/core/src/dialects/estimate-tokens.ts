import type { ChatRequest } from '../protocol/chat-request.ts';
import type { TokenCount } from '../protocol/codec.ts';
import type { Block } from '../protocol/content.ts';

/** Bytes of UTF-8 for a token: what English text and code come to with the tokenizers of today. */
export const bytesPerToken = 4;
/** What a message costs beside its words. */
const perMessage = 4;
/** What a picture of usual size costs: https://platform.claude.com/docs/en/build-with-claude/vision puts 1.15 megapixels at 1,600. */
export const perMedia = 1600;

/** About how many tokens a question has, where nobody can be asked. */
export function estimateTokens({ messages, tools = [], output }: ChatRequest): TokenCount {
  let tokens = 0;
  for (const { content } of messages) tokens += perMessage + tokensOf(content);
  const declared = tools.map((tool) => (tool.type === 'built-in' ? tool.extra : tool));
  if (tools.length > 0) tokens += tokensIn(JSON.stringify(declared));
  if (output?.type === 'json-schema') tokens += tokensIn(JSON.stringify(output.schema));
  return { input: Math.max(1, tokens) };
}

function tokensOf(blocks: readonly Block[]): number {
  let tokens = 0;
  for (const block of blocks) {
    if (block.type === 'tool-result') tokens += perMessage + tokensOf(block.content);
    else if (block.type === 'media') tokens += perMedia;
    else if (block.type === 'tool-call') tokens += perMessage + tokensIn(block.name + block.input);
    else if (block.type === 'foreign') tokens += tokensIn(JSON.stringify(block.value));
    else tokens += tokensIn(block.text);
  }
  return tokens;
}

function tokensIn(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}
