import type { GatewayError } from '../errors.ts';
import type { Usage } from '../protocol/usage.ts';
import type { AnswerReading } from './answer-reading.ts';
import { type Estimate, usageOfBytes, usageOfStream } from './settle-usage.ts';

/** What had come of an attempt when it failed, of which the caller has seen nothing. */
export interface Failed {
  /** The request was on a connection. */
  readonly started: boolean;
  /** Of the answer; 0 before there was one. */
  readonly status: number;
  readonly mode: 'whole' | 'opening' | 'error' | 'relay';
  readonly held: readonly Buffer[];
  readonly reading: AnswerReading;
  readonly estimate: Estimate | undefined;
}

/**
 * What a failed attempt is billed by all the same: what its upstream has begun to answer, and what it was asked by a caller
 * who did not wait. Undefined where it was refused, or is no answer.
 */
export function usageOfFailed(
  { code }: GatewayError,
  failed: Failed,
  broken: (reason: string) => GatewayError,
): Usage | undefined {
  const { status, mode, held, estimate } = failed;
  if (mode === 'error' || code === 'VE_UPSTREAM_PROTOCOL' || code === 'VE_UPSTREAM_STATUS') return undefined;
  if (status === 0)
    return code === 'VE_CLIENT_CLOSED' && failed.started ? usageOfBytes(0, estimate) : undefined;
  if (mode === 'opening') return usageOfOpening(failed, broken);
  return usageOfBytes(
    held.reduce((sum, { length }) => sum + length, 0),
    estimate,
  );
}

/** Some providers say at once how much they were given to read. */
function usageOfOpening(
  { reading, held, estimate }: Failed,
  broken: (reason: string) => GatewayError,
): Usage | undefined {
  try {
    const stream = reading.readStream(broken, false);
    for (const chunk of held) stream.take(chunk);
    return usageOfStream(stream, estimate);
  } catch {
    // Half an opening that cannot be read tells nothing.
    return undefined;
  }
}
