import type { ToolResultBlock } from '../../protocol/content.ts';

/** The result of a failed call, for a dialect that has no word for one: its text says so. */
export function wordFailure({ content, isError }: ToolResultBlock): ToolResultBlock['content'] {
  if (isError !== true) return content;
  const [first, ...others] = content;
  if (first?.type !== 'text') return [{ type: 'text', text: 'Error' }, ...content];
  return /error|fail/i.test(first.text) ? content : [{ ...first, text: `Error: ${first.text}` }, ...others];
}
