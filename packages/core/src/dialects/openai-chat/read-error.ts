import { fieldsOf, numberOf } from '../shared/read.ts';
import { renderError } from './convert-error.ts';
import { kindOfResult } from './problem-codes.ts';

/**
 * The status that an error inside an answer stands for: aggregators give it as a number in `code` or `status`, MiniMax
 * has numbers of its own; else it is the caller's fault where the type says so, and the provider's where not.
 */
export function readErrorStatus(error: unknown): number {
  const fields = fieldsOf(error);
  for (const value of [fields['code'], fields['status'], fields['status_code'], fields['http_code']]) {
    const status = Number(value);
    if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  const kind = kindOfResult(numberOf(fields['status_code']));
  if (kind !== undefined) return renderError({ kind, status: 502, message: '' }).status;
  if (fields['type'] === 'invalid_request_error') return 400;
  return fields['code'] === 'rate_limit_exceeded' ? 429 : 502;
}
