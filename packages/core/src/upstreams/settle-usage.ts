import { bytesPerToken } from '../dialects/estimate-tokens.ts';
import type { GatewayError } from '../errors.ts';
import type { Outcome } from '../protocol/layer.ts';
import type { Usage } from '../protocol/usage.ts';
import type { StreamReading } from './answer-reading.ts';

/** What a call is billed by where its vendor does not tell. */
export interface Estimate {
  /** Tokens that it was asked with, about. */
  readonly input: number;
  /** Text is written; else there is no output to be billed. */
  readonly writes: boolean;
}

/**
 * What a stream is billed by: as its vendor has told; where it broke off, or was left, or the vendor tells nothing, about
 * what came of it. `stream`: undefined for what is not read as it flows.
 */
export function usageOfStream(
  stream: StreamReading | undefined,
  estimate: Estimate | undefined,
): Usage | undefined {
  if (stream === undefined) return usageOfBytes(0, estimate);
  try {
    return readUsage(stream, estimate);
  } catch {
    // Whatever came, its attempt is settled: of what cannot be read nobody knows.
    return undefined;
  }
}

function readUsage(stream: StreamReading, estimate: Estimate | undefined): Usage | undefined {
  const told = stream.usage;
  const isTold = told !== undefined && (stream.estimateOutput === undefined || stream.isComplete());
  if (estimate === undefined || isTold) return told;
  const output = Math.max(told?.outputTokens ?? 0, stream.estimateOutput?.() ?? 0);
  return { ...(told ?? asked(estimate)), outputTokens: output, isEstimated: true };
}

/** The same of so many bytes of an answer that does not flow. */
export function usageOfBytes(bytes: number, estimate: Estimate | undefined): Usage | undefined {
  if (estimate === undefined) return undefined;
  const outputTokens = estimate.writes ? Math.ceil(bytes / bytesPerToken) : 0;
  return { ...asked(estimate), outputTokens, isEstimated: true };
}

function asked({ input }: Estimate): Usage {
  return { inputTokens: input, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 };
}

/** How an attempt has ended, `error` where it did not end well. */
export function outcomeOf(usage: Usage | undefined, error?: GatewayError): Outcome {
  return {
    health: error === undefined ? 'success' : (error.failure?.health ?? 'neutral'),
    ...(error === undefined ? {} : { error }),
    ...(usage === undefined ? {} : { usage }),
  };
}
