import { GatewayError } from '../errors.ts';
import type { Priority } from '../protocol/call.ts';
import type { RequestHeaders } from '../protocol/exchange.ts';

/** What a caller says about how it waits. */
export interface Wishes {
  readonly priority: Priority;
  /** Milliseconds for the whole request; undefined where the caller does not say. */
  readonly timeout: number | undefined;
}

const none: Wishes = { priority: 'interactive', timeout: undefined };

/**
 * From `x-vector-priority` (`interactive` or `batch`) and `x-vector-timeout` (seconds: `30`, `1.5` or `30s`; or
 * milliseconds: `1500ms`).
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` that names the header
 */
export function readWishes(headers: RequestHeaders): Wishes {
  const priority = headers['x-vector-priority'];
  const timeout = headers['x-vector-timeout'];
  if (priority === undefined && timeout === undefined) return none;
  return { priority: readPriority(priority), timeout: readTimeout(timeout) };
}

function readPriority(value: RequestHeaders[string]): Priority {
  if (value === undefined || value === 'interactive') return 'interactive';
  if (value === 'batch') return 'batch';
  throw invalid('x-vector-priority', 'it is "interactive" or "batch"');
}

function readTimeout(value: RequestHeaders[string]): number | undefined {
  if (value === undefined) return undefined;
  const [, digits = '', unit] = (typeof value === 'string' ? written.exec(value) : null) ?? [];
  const milliseconds = Number(digits) * (unit === 'ms' ? 1 : 1000);
  if (milliseconds > 0) return milliseconds;
  throw invalid(
    'x-vector-timeout',
    'it is a time above 0, in seconds ("30", "1.5") or milliseconds ("1500ms")',
  );
}

const written = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s)?$/;

function invalid(parameter: string, reason: string): GatewayError {
  return new GatewayError('VE_PARAMETER_INVALID', { parameter, reason });
}
