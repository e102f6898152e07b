import type { GatewayError } from '../errors.ts';
import type { Usage } from '../protocol/usage.ts';
import type { AnswerReading } from './answer-reading.ts';

/**
 * What a stream has told of its usage that was given up before its first content: some providers say at once how much
 * they were given to read, and that is paid for.
 */
export function countOpening(
  reading: AnswerReading,
  held: readonly Buffer[],
  broken: (reason: string) => GatewayError,
): { readonly usage?: Usage } {
  if (held.length === 0) return {};
  try {
    const stream = reading.readStream(broken, false);
    for (const chunk of held) stream.take(chunk);
    const { usage } = stream;
    return usage === undefined ? {} : { usage };
  } catch {
    // Half an opening that cannot be read tells nothing.
    return {};
  }
}
