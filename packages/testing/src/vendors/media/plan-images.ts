import { wordOf } from '../../wire/hash-text.ts';
import type { MediaQuestion } from './media-question.ts';

/** An image as it is decided, before any vendor's wire format. */
export interface PlannedImage {
  /** It was made, and then withheld by the vendor's filter. */
  readonly isFiltered: boolean;
  /** The script's words for what was drawn; undefined where it has none. */
  readonly revisedPrompt: string | undefined;
  /** What its colours depend on. */
  readonly seed: string;
}

type Circumstances = Pick<MediaQuestion, 'request' | 'script'> & {
  readonly prompt: string;
  readonly count: number;
};

/**
 * What becomes of a wish for images. A prompt with the word "forbidden", or a script's `blockedPrompt`, is refused as a whole:
 * undefined. A script's `content_filter` (or `refusal`) filters the image of that index.
 */
export function planImages({
  request,
  script,
  prompt,
  count,
}: Circumstances): readonly PlannedImage[] | undefined {
  const replies = Array.from({ length: count }, (_, index) => {
    const reply = script?.(request, index);
    return typeof reply === 'string' ? { content: reply } : reply;
  });
  const isRefused =
    /\bforbidden\b/i.test(prompt) || replies.some((reply) => reply?.blockedPrompt !== undefined);
  if (isRefused) return undefined;
  return replies.map((reply, index) => ({
    isFiltered: reply?.finishReason === 'content_filter' || reply?.refusal !== undefined,
    revisedPrompt: typeof reply?.content === 'string' ? reply.content : undefined,
    seed: wordOf(`${prompt} ${index}`, 24),
  }));
}
