import type { Citation } from '../../protocol/content.ts';

/** Whether a citation says anything outside of the dialect that it came in: OpenRouter calls a file that it has read one, too. */
export function namesSource({ url, title, citedText }: Citation): boolean {
  return url !== undefined || title !== undefined || citedText !== undefined;
}
