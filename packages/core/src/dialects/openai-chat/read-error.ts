import { isRecord } from './meter-usage.ts';

/**
 * The status that an error inside an answer stands for: aggregators give it as a number in `code` or `status`;
 * else it is the caller's fault where the type says so, and the provider's where not.
 */
export function readErrorStatus(error: unknown): number {
  if (!isRecord(error)) return 502;
  for (const value of [error['code'], error['status'], error['status_code']]) {
    const status = Number(value);
    if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  if (error['type'] === 'invalid_request_error') return 400;
  return error['code'] === 'rate_limit_exceeded' ? 429 : 502;
}
